package io.stowage.registry.server.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Chores come again and again, one round at a time, whatever happens to them. */
class HousekeepingTest {
  private static final Duration SOON = Duration.ofMillis(1);

  private static void await(Semaphore rounds, int count) throws InterruptedException {
    assertThat(rounds.tryAcquire(count, 20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void every_work_isDoneAgainAndAgain() throws Exception {
    Semaphore rounds = new Semaphore(0);
    try (Housekeeping housekeeping = Housekeeping.start()) {
      housekeeping.every("count", SOON, SOON, rounds::release);

      await(rounds, 5);
    }
  }

  @Test
  void every_workThatFails_isTriedAgain() throws Exception {
    Semaphore rounds = new Semaphore(0);
    try (Housekeeping housekeeping = Housekeeping.start()) {
      housekeeping.every(
          "disk",
          SOON,
          SOON,
          () -> {
            rounds.release();
            throw new IOException("of the test");
          });
      housekeeping.every(
          "bug",
          SOON,
          SOON,
          () -> {
            rounds.release();
            throw new IllegalStateException("of the test");
          });

      await(rounds, 10);
    }
  }

  @Test
  void every_workThatIsSlow_delaysNoOther() throws Exception {
    Semaphore rounds = new Semaphore(0);
    CountDownLatch stuck = new CountDownLatch(1);
    try (Housekeeping housekeeping = Housekeeping.start()) {
      housekeeping.every("slow", SOON, SOON, () -> awaitQuietly(stuck));
      housekeeping.every("count", SOON, SOON, rounds::release);

      await(rounds, 5);
      stuck.countDown();
    }
  }

  @Test
  void every_workThatIsSlow_neverOverlapsItself() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicBoolean overlapped = new AtomicBoolean();
    Semaphore rounds = new Semaphore(0);
    try (Housekeeping housekeeping = Housekeeping.start()) {
      housekeeping.every(
          "slow",
          Duration.ZERO,
          Duration.ZERO,
          () -> {
            if (inside.incrementAndGet() > 1) {
              overlapped.set(true);
            }
            LockSupport.parkNanos(1);
            inside.decrementAndGet();
            rounds.release();
          });

      await(rounds, 200);
    }
    assertThat(overlapped).isFalse();
  }

  @Test
  void close_duringARound_waitsForItsEndAndBeginsNoOther() throws Exception {
    Semaphore begun = new Semaphore(0);
    CountDownLatch release = new CountDownLatch(1);
    AtomicInteger ended = new AtomicInteger();
    Housekeeping housekeeping = Housekeeping.start();
    housekeeping.every(
        "round",
        SOON,
        SOON,
        () -> {
          begun.release();
          awaitQuietly(release);
          ended.incrementAndGet();
        });
    await(begun, 1);

    release.countDown();
    housekeeping.close();

    int rounds = ended.get();
    assertThat(rounds).isPositive();
    assertThat(begun.availablePermits()).isEqualTo(rounds - 1);
  }

  @Test
  void close_duringARoundThatIsStuck_leavesItAlone() throws Exception {
    Semaphore begun = new Semaphore(0);
    CountDownLatch release = new CountDownLatch(1);
    AtomicBoolean interrupted = new AtomicBoolean();
    Housekeeping housekeeping = Housekeeping.start();
    housekeeping.every(
        "stuck",
        SOON,
        SOON,
        () -> {
          begun.release();
          interrupted.set(!awaitQuietly(release));
        });
    await(begun, 1);

    housekeeping.close();

    assertThat(interrupted).isFalse();
    release.countDown();
  }

  private static boolean awaitQuietly(CountDownLatch latch) {
    try {
      return latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
