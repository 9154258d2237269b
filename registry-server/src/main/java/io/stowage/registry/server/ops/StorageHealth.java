package io.stowage.registry.server.ops;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.storage.Storage;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Touches the storage from time to time (the key {@code health.storagedriver}). After some failures
 * in a row everything under {@code /v2/} is unavailable, until one check succeeds.
 */
public final class StorageHealth implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(StorageHealth.class);

  private final Storage storage;
  private final int threshold;
  private final Duration interval;
  private final ScheduledExecutorService timer;
  private volatile int failures;

  private StorageHealth(Storage storage, Duration interval, int threshold) {
    this.storage = storage;
    this.threshold = Math.max(1, threshold);
    this.interval = interval;
    this.timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("storage-health").daemon().factory());
  }

  /**
   * Begins to check.
   *
   * @param threshold how many failures in a row make the registry unavailable; 0 counts as 1
   */
  public static StorageHealth start(Storage storage, Duration interval, int threshold) {
    StorageHealth health = new StorageHealth(storage, interval, threshold);
    Future<?> _ =
        health.timer.scheduleWithFixedDelay(
            health::check, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
    return health;
  }

  /** Why nothing can be served now, if so. */
  public Optional<RegistryError> unavailability() {
    return failures < threshold
        ? Optional.empty()
        : Optional.of(
            new RegistryError.Unavailable(
                "health check failed: the storage can't be read", interval));
  }

  /** One check. Only the timer's thread calls it. */
  void check() {
    try {
      storage.probe();
      if (failures >= threshold) {
        LOG.info("the storage can be read again");
      }
      failures = 0;
    } catch (IOException | RuntimeException e) {
      int inARow = failures + 1;
      failures = inARow;
      LOG.warn("the storage can't be read ({} times in a row)", inARow, e);
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
