package io.stowage.registry.storage;

import io.stowage.registry.oci.Descriptor;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.MediaType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a manifest says of itself, as far as storing it needs.
 *
 * @param mediaType declared or, where absent, implied by its fields
 * @param artifactType by which referrers are filtered: the manifest's own, else its config's media
 *     type for an image manifest, else null
 * @param subject the manifest that this one refers to, or null
 * @param blobs config and layers, in order
 * @param manifests the children of an index, in order
 */
public record ManifestFacts(
    MediaType mediaType,
    @Nullable String artifactType,
    @Nullable Digest subject,
    List<Descriptor> blobs,
    List<Descriptor> manifests) {
  public ManifestFacts {
    blobs = List.copyOf(blobs);
    manifests = List.copyOf(manifests);
  }
}
