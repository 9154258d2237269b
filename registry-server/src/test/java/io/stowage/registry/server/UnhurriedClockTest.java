package io.stowage.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class UnhurriedClockTest {
  private static final Instant START = Instant.parse("2026-11-30T12:00:00Z");

  private Instant now = START;
  private Duration passed = Duration.ofDays(1); // a machine's nanoTime may begin anywhere
  private final UnhurriedClock clock = new UnhurriedClock(() -> now, () -> passed.toNanos());

  private void pass(Duration time) {
    now = now.plus(time);
    passed = passed.plus(time);
  }

  @Test
  @DisplayName("R12: a clock that is set forward makes nothing old")
  void instant_clockIsSetForward_goesOnAsBefore() {
    pass(Duration.ofHours(1));
    now = now.plus(Duration.ofDays(365));
    assertThat(clock.instant()).isEqualTo(START.plus(Duration.ofHours(1)));

    pass(Duration.ofHours(1));
    assertThat(clock.instant()).isEqualTo(START.plus(Duration.ofHours(2)));
  }

  @Test
  @DisplayName("R12: nor does one that is set back")
  void instant_clockIsSetBack_followsIt() {
    now = now.minus(Duration.ofDays(1));

    pass(Duration.ofHours(1));

    assertThat(clock.instant()).isEqualTo(START.minus(Duration.ofHours(23)));
  }
}
