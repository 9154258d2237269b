package io.stowage.registry.storage.filesystem;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Keeps to a rate. Time that was not used is lost, so that a pause is not followed by a rush. For
 * one thread.
 */
final class Throttle {
  /** A shorter wait is put off and added to the next: it would cost more than it is worth. */
  private static final long SHORTEST_WAIT_NANOS = Duration.ofMillis(20).toNanos();

  private static final double NANOS = Duration.ofSeconds(1).toNanos();

  private final double nanosPerByte;
  private final LongSupplier nanoTime;

  /** When everything that was taken would have been taken, at this rate. */
  private long due;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  Throttle(long bytesPerSecond, LongSupplier nanoTime) {
    this.nanosPerByte = NANOS / bytesPerSecond;
    this.nanoTime = nanoTime;
    this.due = nanoTime.getAsLong();
  }

  /** How long to wait after so many bytes, in nanoseconds; 0 for not at all. */
  long after(long bytes) {
    long now = nanoTime.getAsLong();
    if (due - now < 0) {
      due = now;
    }
    due += (long) (bytes * nanosPerByte);
    long wait = due - now;
    return wait < SHORTEST_WAIT_NANOS ? 0 : wait;
  }
}
