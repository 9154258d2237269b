package io.stowage.registry.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** When the connection of a body stops reading, and when it goes on. */
class ExchangeBodyTest {
  private static final int LIMIT = Budget.MAX_PER_EXCHANGE;

  private final AtomicInteger resumed = new AtomicInteger();
  private final ExchangeBody body =
      new ExchangeBody(
          new Budget(1L << 30),
          new ExchangeBody.Flow() {
            @Override
            public void begin() {}

            @Override
            public void resume() {
              resumed.incrementAndGet();
            }
          });

  private static ByteBuf bytes(int count) {
    return Unpooled.wrappedBuffer(new byte[count]);
  }

  @Test
  void offer_aboveTheLimit_stopsUntilHalfOfItIsTaken() throws Exception {
    assertThat(body.offer(bytes(LIMIT / 2))).isTrue();
    assertThat(body.offer(bytes(LIMIT / 2))).isTrue();
    assertThat(body.offer(bytes(1))).isFalse();

    body.next();
    assertThat(resumed).hasValue(0);
    body.next();
    assertThat(resumed).hasValue(1);
  }

  @Test
  void offer_ofMoreFromTheSameReadWhileSomeIsTaken_isStillResumed() throws Exception {
    body.offer(bytes(LIMIT / 2));
    body.offer(bytes(LIMIT / 4));
    assertThat(body.offer(bytes(LIMIT / 2))).isFalse();

    body.next(); // three quarters are left: too many to go on, few enough for another chunk
    assertThat(body.offer(bytes(1))).isFalse();
    assertThat(resumed).hasValue(0);

    body.next();
    body.next();
    assertThat(resumed).hasValue(1);
    assertThat(body.offer(bytes(1))).isTrue();
  }
}
