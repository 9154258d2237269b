package io.stowage.registry.server.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.storage.Scrubber;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The scrub is asked again and again, and ends when the server does. */
class ScrubRoundsTest {
  private static final Scrubber.Order SOON = new Scrubber.Order(1, Duration.ofMillis(1));

  /** A scrubber that only runs. */
  private interface Running extends Scrubber {
    @Override
    default Figures figures() {
      return new Figures(0, 0, 0, 0, 0, null, Duration.ZERO);
    }
  }

  private static void await(Semaphore rounds, int count) throws InterruptedException {
    assertThat(rounds.tryAcquire(count, 20, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void start_asksAgainAndAgain_alsoAfterAFailure() throws Exception {
    Semaphore asked = new Semaphore(0);
    Running scrubber =
        (order, stop) -> {
          asked.release();
          throw new IOException("of the test");
        };
    try (Housekeeping housekeeping = Housekeeping.start();
        Closeable rounds = ScrubRounds.start(housekeeping, scrubber, SOON)) {
      await(asked, 5);
      assertThat(rounds).isNotNull();
    }
  }

  @Test
  void close_duringARound_stopsItAndWaitsForItsEnd() throws Exception {
    Semaphore begun = new Semaphore(0);
    AtomicBoolean ended = new AtomicBoolean();
    Running scrubber =
        (order, stop) -> {
          begun.release();
          awaitQuietly(stop);
          ended.set(true);
        };
    try (Housekeeping housekeeping = Housekeeping.start()) {
      Closeable rounds = ScrubRounds.start(housekeeping, scrubber, SOON);
      await(begun, 1);

      rounds.close();

      assertThat(ended).isTrue();
    }
  }

  @Test
  void close_duringARoundThatIsStuck_leavesItAlone() throws Exception {
    Semaphore begun = new Semaphore(0);
    CountDownLatch stuck = new CountDownLatch(1);
    Running scrubber =
        (order, stop) -> {
          begun.release();
          awaitQuietly(stuck);
        };
    try (Housekeeping housekeeping = Housekeeping.start()) {
      Closeable rounds = ScrubRounds.start(housekeeping, scrubber, SOON);
      await(begun, 1);

      rounds.close();

      assertThat(stuck.getCount()).isEqualTo(1);
      stuck.countDown();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
