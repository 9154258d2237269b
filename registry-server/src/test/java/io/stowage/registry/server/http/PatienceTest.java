package io.stowage.registry.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Who runs out of time, and who does not: with the defaults, and time that the test makes up. */
class PatienceTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final int RATE = 1024;
  private static final int TIMEOUT = 60;

  private final Patience patience = new Patience(Limits.DEFAULTS);

  /** Looks every second of waiting. Answers after how many the patience was over; -1 for never. */
  private int secondsUntilOver(int seconds, long bytesPerSecond) {
    for (int i = 1; i <= seconds; i++) {
      if (patience.isOver(SECOND, bytesPerSecond)) {
        return i;
      }
    }
    return -1;
  }

  @Test
  void re6_nothingMoves_isOverAfterTheTimeout() {
    assertThat(secondsUntilOver(2 * TIMEOUT, 0)).isEqualTo(TIMEOUT + 1);
  }

  @Test
  void re6_oneByteASecond_isOverAboutWhenNothingIs() {
    assertThat(secondsUntilOver(2 * TIMEOUT, 1)).isEqualTo(TIMEOUT + 1);
  }

  @Test
  void re6_minimumRate_neverIsOver() {
    int days = 3 * 24 * 60 * 60;

    assertThat(secondsUntilOver(days, RATE)).isEqualTo(-1);
  }

  @Test
  void re6_halfTheMinimumRate_isOverAfterTwiceTheTimeout() {
    assertThat(secondsUntilOver(4 * TIMEOUT, RATE / 2)).isEqualTo(2 * TIMEOUT);
  }

  @Test
  void pausesShorterThanTheTimeout_areForgivenToThoseWhoMakeUpForThem() {
    for (int i = 0; i < 100; i++) {
      assertThat(secondsUntilOver(TIMEOUT, 0)).isEqualTo(-1);
      assertThat(patience.isOver(0, (long) TIMEOUT * RATE)).isFalse();
    }
  }

  @Test
  void bytesInAdvance_buyNoMoreThanTheTimeout() {
    assertThat(patience.isOver(0, Long.MAX_VALUE)).isFalse();

    assertThat(secondsUntilOver(2 * TIMEOUT, 0)).isEqualTo(TIMEOUT + 1);
  }

  @Test
  void processThatStoodStill_costsThePeerAQuarterAtMost() {
    long anHour = Duration.ofHours(1).toNanos();

    assertThat(patience.isOver(anHour, 0)).isFalse();
    assertThat(secondsUntilOver(TIMEOUT, 0)).isEqualTo(TIMEOUT * 3 / 4 + 1);
  }

  @Test
  void restart_givesAllTheTimeBack() {
    secondsUntilOver(TIMEOUT, 0);
    patience.restart();

    assertThat(secondsUntilOver(2 * TIMEOUT, 0)).isEqualTo(TIMEOUT + 1);
  }

  @Test
  void withoutAMinimum_oneByteAMinuteIsEnough() {
    Limits d = Limits.DEFAULTS;
    Patience lenient =
        new Patience(
            ServedHttp.limits(d.headerTimeout(), d.idleTimeout(), d.bodyStallTimeout(), 0));

    for (int i = 0; i < 100 * TIMEOUT; i++) {
      assertThat(lenient.isOver(SECOND, i % TIMEOUT == 0 ? 1 : 0)).isFalse();
    }
  }
}
