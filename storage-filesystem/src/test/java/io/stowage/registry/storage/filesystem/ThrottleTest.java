package io.stowage.registry.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How long to wait, on a clock that the test turns. */
class ThrottleTest {
  private long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(3); // it overflows on the way
  private final Throttle throttle = new Throttle(1_000_000, () -> now);

  private void pass(long millis) {
    now += TimeUnit.MILLISECONDS.toNanos(millis);
  }

  private static long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos);
  }

  @Test
  void after_bytes_isTheTimeThatTheyTakeAtTheRate() {
    assertThat(millis(throttle.after(500_000))).isEqualTo(500);
    pass(500);
    assertThat(millis(throttle.after(250_000))).isEqualTo(250);
  }

  @Test
  void after_timeThatReadingTook_isThatMuchShorter() {
    throttle.after(1_000_000);
    pass(1_600);

    assertThat(millis(throttle.after(100_000))).isEqualTo(100);
    pass(60);
    assertThat(millis(throttle.after(100_000))).isEqualTo(140);
  }

  @Test
  void after_aLongPause_allowsNoRush() {
    pass(60_000);

    assertThat(millis(throttle.after(1_000_000))).isEqualTo(1_000);
  }

  @Test
  void after_littleByLittle_addsUpToTheRate() {
    long waited = 0;
    for (int i = 0; i < 1_000; i++) {
      long wait = throttle.after(5_000); // 5 ms each, below what is worth a wait
      now += wait;
      waited += wait;
    }

    assertThat(millis(waited)).isBetween(4_950L, 5_000L);
  }
}
