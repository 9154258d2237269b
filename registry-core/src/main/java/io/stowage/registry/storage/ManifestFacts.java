package io.stowage.registry.storage;

import io.stowage.registry.oci.Descriptor;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.MediaType;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a manifest says of itself, as far as storing it needs.
 *
 * @param mediaType declared or, where absent, implied by its fields
 * @param artifactType by which referrers are filtered: the manifest's own, else its config's media
 *     type for an image manifest, else null
 * @param subject the manifest that this one refers to, or null
 * @param blobs config and layers, in order
 * @param manifests the children of an index, in order; some may be plain blobs
 * @param unsized content that is named without its size: the layers of Docker's schema 1
 */
public record ManifestFacts(
    MediaType mediaType,
    @Nullable String artifactType,
    @Nullable Digest subject,
    List<Descriptor> blobs,
    List<Descriptor> manifests,
    List<Digest> unsized) {
  public ManifestFacts {
    blobs = List.copyOf(blobs);
    manifests = List.copyOf(manifests);
    unsized = List.copyOf(unsized);
  }

  /** Of a manifest whose every descriptor has a size, as all have since Docker's schema 2. */
  public ManifestFacts(
      MediaType mediaType,
      @Nullable String artifactType,
      @Nullable Digest subject,
      List<Descriptor> blobs,
      List<Descriptor> manifests) {
    this(mediaType, artifactType, subject, blobs, manifests, List.of());
  }

  /** All content that must stay for this manifest to be whole. The subject is not among it. */
  public Set<Digest> contents() {
    Set<Digest> contents = new LinkedHashSet<>();
    blobs.forEach(blob -> contents.add(blob.digest()));
    manifests.forEach(manifest -> contents.add(manifest.digest()));
    contents.addAll(unsized);
    return contents;
  }
}
