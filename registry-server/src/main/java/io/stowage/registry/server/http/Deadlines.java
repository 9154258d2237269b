package io.stowage.registry.server.http;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Looks at every connection a few times per timeout, on its own event loop. So a request sets no
 * timer and a byte costs nothing; a deadline is up to an eighth of the shortest timeout late.
 */
final class Deadlines {
  private static final long FRACTION = 8;
  private static final long MIN_MILLIS = 5;
  private static final long MAX_MILLIS = 1_000;

  private final Serving serving;

  Deadlines(Serving serving) {
    this.serving = serving;
  }

  void start(EventLoopGroup loops) {
    long millis = intervalMillis(serving.limits());
    for (EventExecutor loop : loops) {
      var _ = loop.scheduleWithFixedDelay(this::tick, millis, millis, TimeUnit.MILLISECONDS);
    }
  }

  private void tick() {
    long now = System.nanoTime();
    for (Connection connection : serving.connections()) {
      if (connection.channel().eventLoop().inEventLoop()) {
        connection.tick(now);
      }
    }
  }

  private static long intervalMillis(Limits limits) {
    Duration shortest =
        Collections.min(
            Stream.of(limits.headerTimeout(), limits.idleTimeout(), limits.bodyStallTimeout())
                .toList());
    return Math.clamp(shortest.toMillis() / FRACTION, MIN_MILLIS, MAX_MILLIS);
  }
}
