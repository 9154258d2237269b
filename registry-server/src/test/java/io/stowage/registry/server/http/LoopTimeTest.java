package io.stowage.registry.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.thread.NonBlocking;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LoopTimeTest {
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5); // nanoTime may overflow
  private final LoopTime time = new LoopTime(now::get);

  private void takes(long nanos) {
    assertThat(time.attempt(() -> now.addAndGet(nanos))).isTrue();
  }

  @Test
  void shortWork_isDoneEachTime() {
    takes(LoopTime.LONG.toNanos());
    takes(1);
  }

  @Test
  void workThatTookLong_isTheLastForAWhile() {
    takes(LoopTime.LONG.toNanos() + 1);

    now.addAndGet(LoopTime.PAUSE.toNanos() - 1);
    assertThat(time.attempt(() -> {})).isFalse();
    now.addAndGet(1);
    assertThat(time.attempt(() -> {})).isTrue();
  }

  @Test
  void workThatWouldBlock_isNotDone() {
    assertThat(time.attempt(NonBlocking::beforeBlocking)).isFalse();
  }
}
