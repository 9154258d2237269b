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

  private final Cache<Digest, Long> sizes =
      Caffeine.newBuilder().maximumSize(REMEMBERED).executor(Runnable::run).build();

  /** The size of a blob is certain: its bytes were hashed. */
  void certain(Digest digest, long size) {
    sizes.put(digest, size);
  }

  /** A manifest names content with its size. */
  void named(ManifestFacts facts) {
    for (List<Descriptor> descriptors : List.of(facts.blobs(), facts.manifests())) {
      descriptors.forEach(descriptor -> sizes.put(descriptor.digest(), descriptor.size()));
    }
  }

  /** Whether somebody has said another size. */
  boolean contradict(Digest digest, long size) {
    Long known = sizes.getIfPresent(digest);
    return known != null && known != size;
  }
}
