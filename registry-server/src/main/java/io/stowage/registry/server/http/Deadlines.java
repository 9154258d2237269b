package io.stowage.registry.server.http;

import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at every connection a few times per timeout, on its own event loop. So a request sets no
 * timer and a byte costs nothing; a deadline is up to an eighth of the shortest timeout late. A
 * connection that can't be looked at is closed.
 */
final class Deadlines {
  private static final Logger log = LoggerFactory.getLogger(Deadlines.class);
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
    serving.loopTime().look();
    long now = System.nanoTime();
    for (Connection connection : serving.connections()) {
      if (connection.channel().eventLoop().inEventLoop()) {
        tick(connection, now);
      }
    }
  }

  /** A task that throws is not run again, and then nothing on this loop would be too slow. */
  private static void tick(Connection connection, long now) {
    try {
      connection.tick(now);
    } catch (RuntimeException | Error failure) {
      log.error("{}: closing the connection", connection.channel().remoteAddress(), failure);
      connection.closeNow();
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
