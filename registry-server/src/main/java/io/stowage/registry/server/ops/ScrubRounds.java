package io.stowage.registry.server.ops;

import io.stowage.registry.storage.Scrubber;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the scrub of a storage going (the keys of {@code stowage.scrub}). When a round is due only
 * the storage knows, because that outlives the process; so it is asked again and again.
 */
public final class ScrubRounds implements Housekeeping.Work, Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(ScrubRounds.class);

  /** Between two questions, and from the start to the first one, which burdens no start. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** How long a round may take to end: it reads and hashes at most one more piece. */
  private static final Duration LAST_PIECE = Duration.ofSeconds(1);

  private final Scrubber scrubber;
  private final Scrubber.Order order;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Semaphore idle = new Semaphore(1);

  private ScrubRounds(Scrubber scrubber, Scrubber.Order order) {
    this.scrubber = scrubber;
    this.order = order;
  }

  /** Has it done from now on, until the result is closed; a round keeps its place then. */
  public static Closeable start(
      Housekeeping housekeeping, Scrubber scrubber, Scrubber.Order order) {
    ScrubRounds rounds = new ScrubRounds(scrubber, order);
    Duration pause = order.interval().compareTo(PATIENCE) < 0 ? order.interval() : PATIENCE;
    Housekeeping.Chore chore = housekeeping.every("scrub", pause, pause, rounds);
    return () -> {
      chore.close();
      rounds.close();
    };
  }

  @Override
  public void run() throws IOException {
    if (idle.tryAcquire()) {
      try {
        scrubber.run(order, stop);
      } finally {
        idle.release();
      }
    }
  }

  /** Ends a round that is under way, and waits for it a little, so that it can keep its place. */
  @Override
  public void close() {
    stop.countDown();
    try {
      if (!idle.tryAcquire(LAST_PIECE.toNanos(), TimeUnit.NANOSECONDS)) {
        LOG.warn("the scrub is still reading, and is left alone");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
