package io.stowage.registry.server.http;

import io.stowage.registry.thread.NonBlocking;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * What event loops may spend on the work of handlers: one attempt at a time, and none for a while
 * after one that took long. A loop has nothing to do but to pass bytes on, and all its connections
 * wait as long as it does something else; a disk that has to be waited for is awaited by virtual
 * threads. Safe for use by many threads.
 */
final class LoopTime {
  /** Far more than short work takes on a busy machine, and less than a client would notice. */
  static final Duration LONG = Duration.ofMillis(50);

  /** So a disk that is slow throughout delays a loop by a hundredth of the time at most. */
  static final Duration PAUSE = Duration.ofSeconds(5);

  private final LongSupplier nanoTime;
  private volatile long pausedUntil;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  LoopTime(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.pausedUntil = nanoTime.getAsLong();
  }

  /** Attempts this work, unless it is no time for it. Answers whether it was done. */
  boolean attempt(Runnable work) {
    long begin = nanoTime.getAsLong();
    if (begin - pausedUntil < 0) {
      return false;
    }
    try {
      return NonBlocking.attempt(work);
    } finally {
      long end = nanoTime.getAsLong();
      if (end - begin > LONG.toNanos()) {
        pausedUntil = end + PAUSE.toNanos();
      }
    }
  }
}
