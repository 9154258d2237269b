package io.stowage.registry.storage.filesystem;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.Descriptor;
import io.stowage.registry.storage.ManifestPut;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether a repository has what a manifest on its way in requires. */
final class RequiredContent {
  private final Layers layers;
  private final Revisions revisions;

  RequiredContent(Layers layers, Revisions revisions) {
    this.layers = layers;
    this.revisions = revisions;
  }

  /** Refuses the manifest with all that is wrong with it; the caller shares the repository. */
  void check(ManifestPut put) throws IOException {
    List<RegistryError> unknown = new ArrayList<>();
    List<RegistryError> wrong = new ArrayList<>();
    for (Descriptor blob : put.requiredBlobs()) {
      Optional<Long> size =
          layers.find(put.repository(), blob.digest(), blob.size()).map(BlobFile::size);
      compare(blob, size, unknown, wrong);
    }
    for (Descriptor child : put.requiredManifests()) {
      Optional<Long> size =
          revisions
              .find(put.repository(), child.digest())
              .map(found -> (long) found.bytes().length);
      compare(child, size, unknown, wrong);
    }
    if (!unknown.isEmpty() || !wrong.isEmpty()) {
      throw new RegistryException(unknown.isEmpty() ? wrong : unknown);
    }
  }

  private static void compare(
      Descriptor wanted,
      Optional<Long> size,
      List<RegistryError> unknown,
      List<RegistryError> wrong) {
    if (size.isEmpty()) {
      RegistryError missing = new RegistryError.ManifestBlobUnknown(wanted.digest());
      if (!unknown.contains(missing)) {
        unknown.add(missing);
      }
    } else if (size.get() != wanted.size()) {
      wrong.add(
          new RegistryError.ManifestInvalid(
              "%s has %d bytes, and its descriptor says %d"
                  .formatted(wanted.digest(), size.get(), wanted.size())));
    }
  }
}
