package io.stowage.registry.server.api;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The heap that all manifests on their way in may take together. A manifest is held whole, and
 * parsing one takes several times its length, so without a bound a few dozen clients with the
 * largest ones would end a small server. Who finds nothing left is told to come back: nobody waits
 * here while holding a share, so nobody waits for ever. Safe for use by any number of threads.
 */
final class ManifestMemory {
  /** How many bytes of heap a byte of a manifest takes while it is parsed and checked, at most. */
  static final int PARSING_FACTOR = 12;

  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

  private final long limit;
  private final AtomicLong taken = new AtomicLong();

  /**
   * @param limit in bytes; at least what one manifest of the largest size needs is granted
   * @param maxManifestBytes the largest manifest
   */
  ManifestMemory(long limit, int maxManifestBytes) {
    this.limit = Math.max(limit, (PARSING_FACTOR + 3L) * maxManifestBytes);
  }

  /** A quarter of the heap. */
  static ManifestMemory ofThisProcess(int maxManifestBytes) {
    return new ManifestMemory(Runtime.getRuntime().maxMemory() / 4, maxManifestBytes);
  }

  /** What one request takes of it; closed when its manifest is stored or refused. */
  Share share() {
    return new Share();
  }

  /** For one thread. */
  final class Share implements AutoCloseable {
    private long held;

    private Share() {}

    /**
     * Takes more bytes.
     *
     * @throws RegistryException with {@code Unavailable} if all together would hold too many
     */
    void take(long bytes) {
      if (taken.addAndGet(bytes) > limit) {
        taken.addAndGet(-bytes);
        throw new RegistryException(
            new RegistryError.Unavailable(
                "too many large manifests are being pushed at once", RETRY_AFTER));
      }
      held += bytes;
    }

    @Override
    public void close() {
      taken.addAndGet(-held);
      held = 0;
    }
  }
}
