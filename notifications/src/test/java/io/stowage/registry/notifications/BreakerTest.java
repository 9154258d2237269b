package io.stowage.registry.notifications;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** When a receiver that fails is left alone. */
class BreakerTest {
  private static final Endpoint ENDPOINT =
      new Endpoint(
          "a",
          URI.create("http://hook.test/"),
          Map.of(),
          Duration.ofSeconds(1),
          3,
          Duration.ofSeconds(10),
          Set.of(),
          Set.of(),
          null);

  private final ManualClock clock = new ManualClock();
  private final Breaker breaker = new Breaker();

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      breaker.failed(clock.instant());
    }
  }

  private Duration rest() {
    return breaker.rest(ENDPOINT, clock.instant());
  }

  @Test
  void rest_belowThreshold_isNone() {
    fail(2);

    assertThat(rest()).isZero();
  }

  @Test
  void rest_atThreshold_isTheBackoffSinceTheLastFailure() {
    fail(3);
    assertThat(rest()).isEqualTo(Duration.ofSeconds(10));

    clock.forward(Duration.ofSeconds(4));
    assertThat(rest()).isEqualTo(Duration.ofSeconds(6));

    clock.forward(Duration.ofSeconds(7));
    assertThat(rest()).isZero();
  }

  @Test
  void rest_afterOneMoreFailure_beginsAnew() {
    fail(3);
    clock.forward(Duration.ofSeconds(10));
    fail(1);

    assertThat(rest()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void rest_afterSuccess_isNoneUntilTheThresholdAgain() {
    fail(3);
    breaker.succeeded();
    fail(2);

    assertThat(rest()).isZero();
    assertThat(breaker.failures()).isEqualTo(2);
  }

  @Test
  void rest_clockSetBack_isNeverLongerThanTheBackoff() {
    fail(3);
    clock.forward(Duration.ofHours(-1));

    assertThat(rest()).isEqualTo(Duration.ofSeconds(10));
  }
}
