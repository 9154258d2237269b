package io.stowage.registry.server.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class BacklogTest {
  private record Taken(List<String> batch, long lost) {}

  @Test
  void offer_whileTheSinkIsStuck_dropsAndCountsWhatDoesNotFit() throws InterruptedException {
    CountDownLatch stuck = new CountDownLatch(1);
    BlockingQueue<Taken> taken = new LinkedBlockingQueue<>();
    CountDownLatch entered = new CountDownLatch(1);
    Backlog<String> backlog =
        Backlog.start(
            "test",
            3,
            Duration.ZERO,
            (batch, lost) -> {
              entered.countDown();
              await(stuck);
              taken.add(new Taken(batch, lost));
            });
    backlog.offer("first");
    assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();

    IntStream.range(0, 8).forEach(i -> backlog.offer("" + i));
    stuck.countDown();
    backlog.close();

    assertThat(taken)
        .containsExactly(new Taken(List.of("first"), 0), new Taken(List.of("0", "1", "2"), 5));
  }

  @Test
  void offer_withLessRoom_leavesTheRestToOthers() throws InterruptedException {
    CountDownLatch stuck = new CountDownLatch(1);
    CountDownLatch entered = new CountDownLatch(1);
    List<String> all = new CopyOnWriteArrayList<>();
    Backlog<String> backlog =
        Backlog.start(
            "test",
            3,
            Duration.ZERO,
            (batch, lost) -> {
              entered.countDown();
              await(stuck);
              all.addAll(batch);
            });
    backlog.offer("first");
    assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();

    List.of("a", "b", "c").forEach(item -> backlog.offer(item, 2));
    backlog.offer("d");
    stuck.countDown();
    backlog.close();

    assertThat(all).containsExactly("first", "a", "b", "d");
  }

  @Test
  void flush_afterOffers_hasPassedThemOn() {
    List<String> all = new CopyOnWriteArrayList<>();
    try (Backlog<String> backlog =
        Backlog.start("test", 10, Duration.ofHours(1), (batch, lost) -> all.addAll(batch))) {
      backlog.offer("a");
      backlog.flush();

      assertThat(all).containsExactly("a");
    }
  }

  @Test
  void end_duringThePause_passesOnWhatWaits() {
    BlockingQueue<Taken> taken = new LinkedBlockingQueue<>();
    Backlog<String> backlog =
        Backlog.start(
            "test", 10, Duration.ofHours(1), (batch, lost) -> taken.add(new Taken(batch, lost)));
    backlog.offer("a");
    backlog.flush();
    backlog.offer("b");
    backlog.offer("c");
    backlog.close();

    assertThat(taken).containsExactly(new Taken(List.of("a"), 0), new Taken(List.of("b", "c"), 0));
  }

  @Test
  void take_thatFails_leavesTheThreadAlive() {
    List<String> all = new CopyOnWriteArrayList<>();
    try (Backlog<String> backlog =
        Backlog.start(
            "test",
            10,
            Duration.ZERO,
            (batch, lost) -> {
              if (batch.contains("bad")) {
                throw new IllegalStateException("on purpose");
              }
              all.addAll(batch);
            })) {
      backlog.offer("bad");
      backlog.flush();
      backlog.offer("good");
      backlog.flush();

      assertThat(all).containsExactly("good");
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
