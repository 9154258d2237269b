package io.stowage.registry.server.ops;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One check of health: unhealthy after some failures in a row, healthy again after one success.
 *
 * <p>A probe that doesn't come back in an interval counts as a failure each time it is due again,
 * and no other one is begun beside it; so a stuck disk holds one thread, not one more every ten
 * seconds. When it comes back at last, it is too late to count as a success.
 *
 * <pre>
 *   [ waiting ] --run--> [ asking ] --answer in time--> [ waiting ]: success or failure
 *                           |  ^ |
 *                           +run +---answer too late--> [ waiting ]: failure
 *                          failure
 * </pre>
 */
public final class HealthCheck implements Housekeeping.Work {
  private static final Logger LOG = LoggerFactory.getLogger(HealthCheck.class);

  private final String name;
  private final HealthProbe probe;
  private final Duration interval;
  private final int threshold;
  private final LongSupplier nanoTime;

  // Guarded by this.
  private boolean asking;
  private long askedAt;
  private int failures;
  private String reason = "";

  /**
   * @param name as {@code /debug/health} shows it; without secrets
   * @param interval how often it is run, and how long an answer may take
   * @param threshold how many failures in a row make it unhealthy, 1 or more
   */
  public HealthCheck(String name, HealthProbe probe, Duration interval, int threshold) {
    this(name, probe, interval, threshold, System::nanoTime);
  }

  HealthCheck(
      String name, HealthProbe probe, Duration interval, int threshold, LongSupplier nanoTime) {
    this.name = name;
    this.probe = probe;
    this.interval = interval;
    this.threshold = threshold;
    this.nanoTime = nanoTime;
  }

  String name() {
    return name;
  }

  Duration interval() {
    return interval;
  }

  /** Begins to ask, unless it still waits for the last answer. Waits for no answer. */
  @Override
  public synchronized void run() {
    if (!asking) {
      asking = true;
      askedAt = nanoTime.getAsLong();
      Thread.ofVirtual().name(name).start(this::ask);
    } else if (isLate()) {
      failed("no answer in " + interval.toMillis() + " ms");
    }
  }

  /** Why it is unhealthy, if it is. */
  synchronized Optional<String> trouble() {
    return failures < threshold ? Optional.empty() : Optional.of(reason);
  }

  /** Whether an answer is outstanding. */
  synchronized boolean isAsking() {
    return asking;
  }

  private void ask() {
    @Nullable String failure = "it could not be checked";
    try {
      failure = answer();
    } finally {
      answered(failure);
    }
  }

  private @Nullable String answer() {
    try {
      probe.look();
      return null;
    } catch (IOException e) {
      return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    } catch (RuntimeException e) {
      LOG.error("health check {} failed by a fault of ours", name, e);
      return e.getClass().getSimpleName();
    }
  }

  private synchronized void answered(@Nullable String failure) {
    asking = false;
    if (failure != null) {
      failed(failure);
    } else if (isLate()) {
      failed("the answer took more than " + interval.toMillis() + " ms");
    } else {
      succeeded();
    }
  }

  private boolean isLate() {
    return nanoTime.getAsLong() - askedAt >= interval.toNanos();
  }

  private void failed(String why) {
    boolean news = failures < threshold || !why.equals(reason);
    failures = Math.min(failures + 1, threshold);
    reason = why;
    if (news) {
      LOG.warn("health check {} failed ({} of {}): {}", name, failures, threshold, why);
    }
  }

  private void succeeded() {
    if (failures >= threshold) {
      LOG.info("health check {} succeeds again", name);
    }
    failures = 0;
  }
}
