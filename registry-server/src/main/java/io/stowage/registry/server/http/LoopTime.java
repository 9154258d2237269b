package io.stowage.registry.server.http;

import io.netty.util.concurrent.FastThreadLocal;
import io.stowage.registry.thread.NonBlocking;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * What event loops may spend on the work of handlers: one attempt at a time, and none for a while
 * if the disk has to be waited for, because all connections of a loop wait as well. Then virtual
 * threads do the waiting. Three things tell of such a disk: an attempt that took {@link #LONG},
 * some that took {@link #SLOW} among few that didn't, and one that hasn't come back at all, which
 * the other loops notice. Safe for use by many threads.
 */
final class LoopTime {
  /** Far more than short work takes on a busy machine, and less than a client would notice. */
  static final Duration LONG = Duration.ofMillis(50);

  /**
   * A read that didn't come from memory; a loop that lost its processor for a moment looks alike.
   */
  static final Duration SLOW = Duration.ofMillis(5);

  /**
   * How long nothing is attempted: so a slow disk delays a loop for a tenth of the time, and a
   * machine that only had something else to do costs little.
   */
  static final Duration PAUSE = Duration.ofMillis(500);

  /** A slow attempt weighs as much as this many that were not: more than one in 33 is too many. */
  static final int SLOW_WEIGHT = 32;

  private static final int TOO_SLOW = 3 * SLOW_WEIGHT;

  private final LongSupplier nanoTime;
  private final List<Loop> loops = new CopyOnWriteArrayList<>();
  private final FastThreadLocal<Loop> own =
      new FastThreadLocal<>() {
        @Override
        protected Loop initialValue() {
          Loop loop = new Loop();
          loops.add(loop);
          return loop;
        }
      };
  private volatile long pausedUntil;

  /** Of one loop. */
  private static final class Loop {
    /** When the attempt under way began, never 0; 0 without one. Read by other loops. */
    final AtomicLong since = new AtomicLong();

    int slowness;
  }

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
    Loop loop = own.get();
    loop.since.lazySet(begin | 1);
    try {
      return NonBlocking.attempt(work);
    } finally {
      loop.since.lazySet(0);
      took(loop, begin, nanoTime.getAsLong());
    }
  }

  private void took(Loop loop, long begin, long end) {
    long nanos = end - begin;
    if (nanos > SLOW.toNanos()) {
      loop.slowness += SLOW_WEIGHT;
    } else if (loop.slowness > 0) {
      loop.slowness--;
    }
    if (nanos > LONG.toNanos() || loop.slowness >= TOO_SLOW) {
      loop.slowness = 0;
      pause(end);
    }
  }

  /** To be called every now and then by each loop: one of the others may be stuck. */
  void look() {
    long now = nanoTime.getAsLong();
    for (Loop loop : loops) {
      long since = loop.since.get();
      if (since != 0 && now - since > LONG.toNanos()) {
        pause(now);
      }
    }
  }

  private void pause(long now) {
    pausedUntil = now + PAUSE.toNanos();
  }
}
