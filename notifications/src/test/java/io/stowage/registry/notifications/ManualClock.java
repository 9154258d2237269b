package io.stowage.registry.notifications;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until it is moved. */
final class ManualClock implements InstantSource {
  private volatile Instant now = Instant.parse("2026-11-23T07:04:48.775Z");

  @Override
  public Instant instant() {
    return now;
  }

  void forward(Duration step) {
    now = now.plus(step);
  }
}
