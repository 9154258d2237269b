package io.stowage.registry.server.ops;

import io.stowage.registry.storage.Uploads;
import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drops abandoned uploads (the keys of {@code storage.maintenance.uploadpurging}). */
public final class UploadSweeper implements Housekeeping.Work {
  /** From the start to the first round, so that a start isn't burdened with it. */
  public static final Duration FIRST = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(UploadSweeper.class);

  private final Uploads uploads;
  private final Duration age;
  private final boolean dryRun;

  /**
   * @param age how long an upload may lie untouched
   * @param dryRun only say what would go
   */
  public UploadSweeper(Uploads uploads, Duration age, boolean dryRun) {
    this.uploads = uploads;
    this.age = age;
    this.dryRun = dryRun;
  }

  @Override
  public void run() throws IOException {
    int found = dryRun ? uploads.countAbandoned(age) : uploads.sweep(age);
    if (found > 0) {
      LOG.info(
          "{} {} abandoned uploads and temporary files that nobody touched for {}",
          dryRun ? "would drop" : "dropped",
          found,
          age);
    }
  }
}
