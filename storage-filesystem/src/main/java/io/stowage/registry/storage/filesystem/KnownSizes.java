package io.stowage.registry.storage.filesystem;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stowage.registry.oci.Descriptor;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.storage.ManifestFacts;
import java.util.List;

/**
 * How long blobs are, as far as somebody has said so lately: whoever pushed them, and the manifests
 * that were read. The tree itself has no such record, so without this a truncated file would look
 * whole. Clients read a manifest before its blobs, so what they ask for is mostly known.
 *
 * <p>A manifest may be wrong, or made to deceive. So this is no more than a reason to read a file
 * of another length before it counts ({@link Layers}).
 *
 * <p>Bounded; what it forgot is not compared. Safe for use by any number of threads.
 */
final class KnownSizes {
  /** About 5 MiB of heap. */
  private static final long REMEMBERED = 20_000;

  /**
   * What somebody has said.
   *
   * @param certain whether the bytes were hashed, so that a manifest that says otherwise is wrong
   */
  private record Size(long bytes, boolean certain) {}

  private final Cache<Digest, Size> sizes =
      Caffeine.newBuilder().maximumSize(REMEMBERED).executor(Runnable::run).build();

  /** The size of a blob is certain: its bytes were hashed. */
  void certain(Digest digest, long size) {
    sizes.put(digest, new Size(size, true));
  }

  /** A manifest names content with its size, which counts as long as nobody is certain of one. */
  void named(ManifestFacts facts) {
    for (List<Descriptor> descriptors : List.of(facts.blobs(), facts.manifests())) {
      descriptors.forEach(this::named);
    }
  }

  private void named(Descriptor descriptor) {
    Size size = new Size(descriptor.size(), false);
    sizes
        .asMap()
        .merge(descriptor.digest(), size, (known, named) -> known.certain() ? known : named);
  }

  /** Whether somebody has said another size. */
  boolean contradict(Digest digest, long size) {
    Size known = sizes.getIfPresent(digest);
    return known != null && known.bytes() != size;
  }
}
