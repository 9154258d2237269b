package io.stowage.registry.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The hand-over of a body, without a connection: when it pauses, when it resumes, how it ends. */
class ExchangeBodyTest {
  private static final int KIB = 1024;

  private final Budget budget = new Budget(64 * KIB * KIB);
  private final Calls calls = new Calls();
  private final ExchangeBody body = new ExchangeBody(budget, calls);

  private static final class Calls implements ExchangeBody.Flow {
    int begun;
    int resumed;
    int consumed;

    @Override
    public void begin() {
      begun++;
    }

    @Override
    public void resume() {
      resumed++;
    }

    @Override
    public void consumed(int bytes) {
      consumed += bytes;
    }
  }

  private static ByteBuf chunk(int kib) {
    return Unpooled.wrappedBuffer(new byte[kib * KIB]);
  }

  @Test
  void offer_betweenPauseAndResume_staysPaused() throws Exception {
    assertThat(body.offer(chunk(100))).isTrue();
    assertThat(body.offer(chunk(200))).isFalse();
    assertThat(body.next()).isEqualTo(ByteBuffer.wrap(new byte[100 * KIB]));
    assertThat(calls.resumed).isZero();

    assertThat(body.offer(chunk(10))).isFalse();

    body.next();
    assertThat(calls.resumed).isEqualTo(1);
    assertThat(body.offer(chunk(10))).isTrue();
    body.close();
  }

  @Test
  void next_firstOfMany_beginsOnce() throws Exception {
    body.offer(chunk(1));
    body.offer(chunk(1));
    body.end();

    assertThat(body.next()).isNotNull();
    assertThat(body.next()).isNotNull();
    assertThat(body.next()).isNull();
    assertThat(body.next()).isNull();
    assertThat(calls.begun).isEqualTo(1);
    assertThat(budget.heldBytes()).isZero();
  }

  @Test
  void chunk_countsAsConsumedOnceWhenTheNextOneIsAskedForOrNobodyWantsIt() throws Exception {
    body.offer(chunk(1));
    body.offer(chunk(2));
    body.offer(chunk(4));

    body.next();
    assertThat(calls.consumed).isZero();
    body.next();
    assertThat(calls.consumed).isEqualTo(KIB);
    body.close();
    assertThat(calls.consumed).isEqualTo(7 * KIB);
    body.offer(chunk(8));
    assertThat(calls.consumed).isEqualTo(15 * KIB);
  }

  @Test
  void next_afterFailure_givesWhatCameAndThenThrows() throws Exception {
    body.offer(chunk(1));
    body.fail("gone");

    assertThat(body.next()).isNotNull();
    assertThatThrownBy(body::next).isInstanceOf(ClientGoneException.class).hasMessage("gone");
    assertThat(budget.heldBytes()).isZero();
  }

  @Test
  void waiting_countsOnlyWhileAHandlerWantsWhatIsNotThere() throws Exception {
    long later = System.nanoTime() + Duration.ofHours(1).toNanos();
    body.offer(chunk(1));
    assertThat(body.takeWaitedNanos(later)).isZero();

    Thread handler = Thread.ofVirtual().start(this::takeTwo);
    ServedHttp.await(() -> body.takeWaitedNanos(later) > 0);
    assertThat(body.takeWaitedNanos(later)).isZero();
    assertThat(body.takeWaitedNanos(later + 5)).isEqualTo(5);
    body.offer(chunk(1));
    handler.join();

    assertThat(body.takeWaitedNanos(later + 10)).isZero();
    body.close();
  }

  private void takeTwo() {
    try {
      body.next();
      body.next();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void close_whilePaused_releasesAllAndResumes() {
    ByteBuf first = chunk(200);
    ByteBuf second = chunk(200);
    ByteBuf late = chunk(1);
    body.offer(first);
    body.offer(second);
    body.close();

    assertThat(body.offer(late)).isTrue();
    assertThat(calls.resumed).isEqualTo(1);
    assertThat(first.refCnt() + second.refCnt() + late.refCnt()).isZero();
    assertThat(budget.heldBytes()).isZero();
  }
}
