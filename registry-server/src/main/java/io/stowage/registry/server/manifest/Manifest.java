package io.stowage.registry.server.manifest;

import io.stowage.registry.oci.Descriptor;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.MediaType;
import io.stowage.registry.storage.ManifestFacts;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a manifest's bytes say, parsed and well-formed: every digest is a digest and every size a
 * size.
 *
 * @param mediaType declared or, where absent, implied by the fields
 * @param artifactType by which referrers are filtered, or null
 * @param subject the manifest that this one refers to, or null
 * @param contents config and layers, in order
 * @param children the entries of an index, in order
 * @param annotations as written, in the order of writing
 */
public record Manifest(
    MediaType mediaType,
    @Nullable String artifactType,
    @Nullable Digest subject,
    List<Content> contents,
    List<Child> children,
    Map<String, String> annotations) {

  public Manifest {
    contents = List.copyOf(contents);
    children = List.copyOf(children);
    annotations = Collections.unmodifiableMap(new LinkedHashMap<>(annotations));
  }

  /** What a store needs of it. */
  public ManifestFacts facts() {
    return new ManifestFacts(
        mediaType,
        artifactType,
        subject,
        contents.stream().map(Content::descriptor).toList(),
        children.stream().map(Child::descriptor).toList());
  }

  /**
   * A config or a layer.
   *
   * @param urls where else the bytes may be had; the registry never asks there
   */
  public record Content(Descriptor descriptor, List<String> urls) {
    public Content {
      urls = List.copyOf(urls);
    }

    /**
     * Whether the bytes may be somewhere else than in a registry (image-spec, layer.md,
     * "Non-Distributable Layers"; Docker's foreign layers). The type says so; URLs alone only name
     * another source of bytes that must be here too.
     */
    public boolean isNonDistributable() {
      return descriptor.mediaType().startsWith("application/vnd.oci.image.layer.nondistributable.")
          || descriptor.mediaType().startsWith("application/vnd.docker.image.rootfs.foreign.");
    }
  }

  /**
   * An entry of an index.
   *
   * @param architecture of its platform, in Go's spelling, or null
   * @param os of its platform, in Go's spelling, or null
   */
  public record Child(Descriptor descriptor, @Nullable String architecture, @Nullable String os) {}
}
