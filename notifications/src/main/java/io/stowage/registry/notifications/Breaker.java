package io.stowage.registry.notifications;

import java.time.Duration;
import java.time.Instant;

/**
 * Leaves a receiver alone that keeps failing: after some failures in a row there is one attempt per
 * back-off, until one succeeds. Used by one thread.
 */
final class Breaker {
  private int failures;
  private Instant last = Instant.EPOCH;

  /** How long to wait before the next attempt; zero if it may begin. */
  Duration rest(Endpoint endpoint, Instant now) {
    if (failures < endpoint.threshold()) {
      return Duration.ZERO;
    }
    Duration since = Duration.between(last, now);
    // A clock that was set back must not make it longer.
    return since.isNegative() || since.compareTo(endpoint.backoff()) < 0
        ? endpoint.backoff().minus(since.isNegative() ? Duration.ZERO : since)
        : Duration.ZERO;
  }

  void failed(Instant now) {
    failures = Math.min(failures, Integer.MAX_VALUE - 1) + 1;
    last = now;
  }

  void succeeded() {
    failures = 0;
  }

  /** How many failures there were since the last success. */
  int failures() {
    return failures;
  }
}
