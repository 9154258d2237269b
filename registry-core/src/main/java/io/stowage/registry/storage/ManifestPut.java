package io.stowage.registry.storage;

import io.stowage.registry.oci.Descriptor;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import java.util.List;

/**
 * A checked manifest on its way into a store.
 *
 * @param digest of {@code bytes}, verified by the caller
 * @param bytes exactly as received
 * @param facts what the bytes say
 * @param tags to set on it, in one step; may be empty
 * @param condition what must hold of each of the tags before they move
 * @param requiredBlobs which blobs the repository must have
 * @param requiredManifests which manifests the repository must have
 */
@SuppressWarnings("ArrayRecordComponent") // a command, never compared
public record ManifestPut(
    RepositoryName repository,
    Digest digest,
    byte[] bytes,
    ManifestFacts facts,
    List<Tag> tags,
    TagCondition condition,
    List<Descriptor> requiredBlobs,
    List<Descriptor> requiredManifests) {
  public ManifestPut {
    tags = List.copyOf(tags);
    requiredBlobs = List.copyOf(requiredBlobs);
    requiredManifests = List.copyOf(requiredManifests);
  }
}
