package io.stowage.registry.server.ops;

import io.stowage.registry.storage.Uploads;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drops abandoned uploads from time to time: once soon after the start, then at a fixed interval. A
 * failure is logged and the next round tries again.
 */
public final class UploadSweeper implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(UploadSweeper.class);
  private static final Duration FIRST = Duration.ofSeconds(30);

  private final ScheduledExecutorService timer;
  private final Future<?> rounds;

  private UploadSweeper(ScheduledExecutorService timer, Future<?> rounds) {
    this.timer = timer;
    this.rounds = rounds;
  }

  /**
   * Begins to sweep.
   *
   * @param age how long an upload may lie untouched
   * @param interval from one round to the next
   * @param dryRun only say what would go
   */
  public static UploadSweeper start(
      Uploads uploads, Duration age, Duration interval, boolean dryRun) {
    ScheduledExecutorService timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("upload-sweeper").daemon().factory());
    Future<?> rounds =
        timer.scheduleWithFixedDelay(
            () -> sweep(uploads, age, dryRun),
            FIRST.toMillis(),
            interval.toMillis(),
            TimeUnit.MILLISECONDS);
    return new UploadSweeper(timer, rounds);
  }

  /** One round. */
  static void sweep(Uploads uploads, Duration age, boolean dryRun) {
    try {
      int found = dryRun ? uploads.countAbandoned(age) : uploads.sweep(age);
      if (found > 0) {
        LOG.info(
            "{} {} abandoned uploads and temporary files that nobody touched for {}",
            dryRun ? "would drop" : "dropped",
            found,
            age);
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("abandoned uploads could not be swept; the next round tries again", e);
    }
  }

  /** Stops after the round that is under way. */
  @Override
  public void close() {
    rounds.cancel(false);
    timer.shutdown();
  }
}
