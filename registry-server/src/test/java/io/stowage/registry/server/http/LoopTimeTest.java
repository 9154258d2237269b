package io.stowage.registry.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.thread.NonBlocking;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoopTimeTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // nanoTime may overflow
  private final LoopTime time = new LoopTime(now::get);

  private boolean attempt(long nanos) {
    return time.attempt(() -> now.addAndGet(nanos));
  }

  private boolean isPaused() {
    return !time.attempt(() -> {});
  }

  @Test
  void shortWork_isDoneEachTime() {
    for (int i = 0; i < 1000; i++) {
      assertThat(attempt(LoopTime.SLOW.toNanos())).isTrue();
    }
  }

  @Test
  void workThatTookLong_isTheLastForAWhile() {
    assertThat(attempt(LoopTime.LONG.toNanos() + 1)).isTrue();

    now.addAndGet(LoopTime.PAUSE.toNanos() - 1);
    assertThat(isPaused()).isTrue();
    now.addAndGet(1);
    assertThat(isPaused()).isFalse();
  }

  @Test
  void severalThatWereSlow_areTheLastForAWhile() {
    long slow = LoopTime.SLOW.toNanos() + 1;
    assertThat(attempt(slow)).isTrue();
    assertThat(attempt(slow)).isTrue();
    assertThat(isPaused()).isFalse();
    assertThat(attempt(slow)).isTrue();
    assertThat(attempt(slow)).isTrue();

    assertThat(isPaused()).isTrue();
  }

  @Test
  void oneThatWasSlowNowAndThen_doesNotCount() {
    for (int i = 0; i < 10; i++) {
      assertThat(attempt(LoopTime.SLOW.toNanos() + 1)).isTrue();
      for (int quick = 0; quick < LoopTime.SLOW_WEIGHT; quick++) {
        assertThat(attempt(1)).isTrue();
      }
    }
  }

  @Test
  void anotherLoopThatIsStuck_endsAttempts() {
    Duration stuck = LoopTime.LONG.plusNanos(2);
    boolean done =
        time.attempt(
            () -> {
              now.addAndGet(stuck.toNanos());
              time.look(); // as another loop would
              assertThat(isPaused()).isTrue();
            });

    assertThat(done).isTrue();
  }

  @Test
  void aLookAtLoopsThatWork_changesNothing() {
    attempt(1);
    now.addAndGet(LoopTime.LONG.toNanos() * 2);
    time.look();

    assertThat(isPaused()).isFalse();
  }

  @Test
  void workThatWouldBlock_isNotDone() {
    assertThat(time.attempt(NonBlocking::beforeBlocking)).isFalse();
  }
}
