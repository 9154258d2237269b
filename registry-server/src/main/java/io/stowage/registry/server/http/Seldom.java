package io.stowage.registry.server.http;

import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/**
 * Says something at most once in a while, however often there is reason to, so that a flood of
 * connections is no flood of log lines. Of one thread.
 */
final class Seldom {
  private final long pauseNanos;
  private final LongSupplier nanoTime;
  private boolean said;
  private long saidAt;
  private long times;

  Seldom(long pauseNanos, LongSupplier nanoTime) {
    this.pauseNanos = pauseNanos;
    this.nanoTime = nanoTime;
  }

  /** Says it, with how often there was reason to since the last time, unless that is too recent. */
  void say(LongConsumer line) {
    times++;
    long now = nanoTime.getAsLong();
    if (!said || now - saidAt >= pauseNanos) {
      said = true;
      saidAt = now;
      line.accept(times);
      times = 0;
    }
  }
}
