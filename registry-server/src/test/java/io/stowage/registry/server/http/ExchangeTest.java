package io.stowage.registry.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How long a client may take for its body, in time that the test makes up. */
@DisplayName("RE-6: a client's patience is used up by the client alone")
class ExchangeTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long TIMEOUT = Limits.DEFAULTS.bodyStallTimeout().toSeconds();

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final Exchange exchange = draining();

  /** From when on the exchange waits, or a moment later. */
  private long now = System.nanoTime();

  @AfterEach
  void close() {
    var _ = channel.close();
  }

  /** It has its answer, and is still to send a body. */
  private Exchange draining() {
    Serving serving = ServedHttp.serving(ServedHttp.settings());
    Peer peer = Peer.inPlainText(channel);
    HttpRequest head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.PUT, "/");
    head.headers().set("Host", "test").set("Content-Length", "10");
    Http1Connection outlet = Http1Connection.on(channel, serving, peer);
    ExchangeBody.Flow flow =
        new ExchangeBody.Flow() {
          @Override
          public void begin() {}

          @Override
          public void resume() {}

          @Override
          public void consumed(int bytes) {}
        };
    Exchange begun = Exchange.of(outlet, serving, peer, head, RequestFraming.of(head), flow);
    begun.draining();
    return begun;
  }

  private boolean isStarvedAfter(long nanos, boolean maySend) {
    now += nanos;
    return exchange.isStarved(now, maySend);
  }

  @Test
  void isStarved_clientMaySend_isSoAfterTheTimeout() {
    for (int second = 1; second < TIMEOUT; second++) {
      assertThat(isStarvedAfter(SECOND, true)).isFalse();
    }
    assertThat(isStarvedAfter(2 * SECOND, true)).isTrue();
  }

  @Test
  void isStarved_clientMightNotSend_countsNothingOfThatTime() {
    for (int i = 0; i < TIMEOUT / 2; i++) {
      assertThat(isStarvedAfter(100 * SECOND, false)).isFalse();
      assertThat(isStarvedAfter(SECOND, true)).isFalse();
    }
  }
}
