package io.stowage.registry.server.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.error.RegistryError;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/** When a check counts as failed: thresholds, and probes that take too long. By a clock of ours. */
class HealthCheckTest {
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final String OK = "";

  private final AtomicLong now = new AtomicLong();
  private final AtomicInteger begun = new AtomicInteger();
  private final Semaphore answers = new Semaphore(0);

  /** What the probe answers next; it waits until there is something. */
  private final SynchronousQueue<String> next = new SynchronousQueue<>();

  private HealthCheck check(int threshold) {
    return new HealthCheck("disk", this::probe, INTERVAL, threshold, now::get);
  }

  private void probe() throws IOException {
    begun.incrementAndGet();
    String answer;
    try {
      answer = next.take();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    answers.release();
    if (!answer.equals(OK)) {
      throw new IOException(answer);
    }
  }

  /** One round whose probe answers after this long. */
  private void round(HealthCheck check, String answer, Duration after) throws Exception {
    check.run();
    answer(check, answer, after);
  }

  private void answer(HealthCheck check, String answer, Duration after) throws Exception {
    now.addAndGet(after.toNanos());
    assertThat(next.offer(answer, 20, TimeUnit.SECONDS)).isTrue();
    answers.acquire();
    await(() -> !check.isAsking());
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }
  }

  @Test
  void failures_belowTheThreshold_areNoTrouble() throws Exception {
    HealthCheck check = check(3);

    round(check, "one", Duration.ZERO);
    round(check, "two", Duration.ZERO);

    assertThat(check.trouble()).isEmpty();
  }

  @Test
  void failures_asManyAsTheThreshold_areTroubleWithTheLastReason() throws Exception {
    HealthCheck check = check(3);

    round(check, "one", Duration.ZERO);
    round(check, "two", Duration.ZERO);
    round(check, "three", Duration.ZERO);

    assertThat(check.trouble()).contains("three");
  }

  @Test
  void failures_notInARow_areNoTrouble() throws Exception {
    HealthCheck check = check(2);

    round(check, "one", Duration.ZERO);
    round(check, OK, Duration.ZERO);
    round(check, "two", Duration.ZERO);

    assertThat(check.trouble()).isEmpty();
  }

  @Test
  void success_afterTrouble_endsItAtOnce() throws Exception {
    HealthCheck check = check(1);
    round(check, "one", Duration.ZERO);

    round(check, OK, Duration.ZERO);

    assertThat(check.trouble()).isEmpty();
  }

  @Test
  void probe_thatDoesNotAnswer_countsOncePerIntervalAndIsNotPiledUp() throws Exception {
    HealthCheck check = check(2);
    check.run();
    await(() -> begun.get() == 1);

    now.addAndGet(INTERVAL.toNanos());
    check.run();
    assertThat(check.trouble()).isEmpty();
    now.addAndGet(INTERVAL.toNanos());
    check.run();

    assertThat(check.trouble()).hasValueSatisfying(why -> assertThat(why).contains("10000 ms"));
    assertThat(begun).hasValue(1);
    answer(check, OK, Duration.ZERO);
    assertThat(check.trouble()).isPresent();
    round(check, OK, Duration.ZERO);
    assertThat(check.trouble()).isEmpty();
  }

  @Test
  void probe_thatAnswersTooLate_countsAsFailure() throws Exception {
    HealthCheck check = check(1);

    round(check, OK, INTERVAL);

    assertThat(check.trouble()).isPresent();
  }

  @Test
  void probe_thatAnswersJustInTime_countsAsSuccess() throws Exception {
    HealthCheck check = check(1);

    round(check, OK, INTERVAL.minusNanos(1));

    assertThat(check.trouble()).isEmpty();
  }

  @Test
  void checks_withTrouble_areListedAndMakeUnavailable() throws Exception {
    HealthCheck bad = check(1);
    HealthCheck good = new HealthCheck("fine", () -> {}, Duration.ofSeconds(5), 1);
    HealthChecks checks = new HealthChecks(List.of(bad, good));
    assertThat(checks.unavailability()).isEmpty();

    round(bad, "broken", Duration.ZERO);

    assertThat(checks.failing()).containsExactly(Map.entry("disk", "broken"));
    assertThat(checks.unavailability())
        .contains(
            new RegistryError.Unavailable(
                "health check failed: please see /debug/health", INTERVAL));
  }
}
