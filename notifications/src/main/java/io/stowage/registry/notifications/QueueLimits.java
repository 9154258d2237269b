package io.stowage.registry.notifications;

import java.time.Duration;

/**
 * When an event is given up.
 *
 * @param maxBytes how much room the events of one receiver may take while they wait; beyond it the
 *     oldest go
 * @param maxAge how long an event is worth delivering
 */
public record QueueLimits(long maxBytes, Duration maxAge) {
  public QueueLimits {
    if (maxBytes < 1 || !maxAge.isPositive()) {
      throw new IllegalArgumentException(
          "limits: %d bytes, %s (expected: positive)".formatted(maxBytes, maxAge));
    }
  }
}
