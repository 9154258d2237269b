package io.stowage.registry.server.http;

import static io.stowage.registry.server.http.FrameClient.END_HEADERS;
import static io.stowage.registry.server.http.FrameClient.END_STREAM;
import static io.stowage.registry.server.http.FrameClient.frame;
import static io.stowage.registry.server.http.FrameClient.request;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A connection of HTTP/2 without a network, in time that the test makes up. */
@DisplayName("RE-5: a frame of HTTP/2 has as long as a head")
class Http2SessionTest {
  private static final Duration TIMEOUT = Limits.DEFAULTS.headerTimeout();
  private static final byte[] PING = frame(FrameClient.PING, 0, 0, new byte[8]);

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final Http2Session session =
      Http2Session.on(
          channel, ServedHttp.serving(ServedHttp.settings()), Peer.inPlainText(channel));
  private long now = System.nanoTime();

  @BeforeEach
  void begin() {
    receive(FrameClient.PREFACE.getBytes(US_ASCII));
    receive(frame(FrameClient.SETTINGS, 0, 0, new byte[0]));
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
  }

  private void receive(byte[] bytes) {
    var _ = channel.writeInbound(Unpooled.wrappedBuffer(bytes));
  }

  private void receiveFirstHalf(byte[] frame) {
    receive(Arrays.copyOf(frame, frame.length / 2));
  }

  private void receiveSecondHalf(byte[] frame) {
    receive(Arrays.copyOfRange(frame, frame.length / 2, frame.length));
  }

  private boolean isOpenAfter(Duration time) {
    now += time.toNanos();
    session.tick(now);
    channel.runPendingTasks();
    return channel.isOpen();
  }

  /** One that is answered without a handler. */
  private static byte[] tooLong(int stream) {
    byte[] head = request("GET", "/" + "a".repeat(Limits.DEFAULTS.maxRequestLineBytes()));
    return frame(FrameClient.HEADERS, END_HEADERS | END_STREAM, stream, head);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 9, 16})
  void frameThatDoesNotEnd_endsTheConnection(int bytes) {
    receive(Arrays.copyOf(PING, bytes));

    assertThat(isOpenAfter(Duration.ZERO)).isTrue();
    assertThat(isOpenAfter(TIMEOUT)).isTrue();
    assertThat(isOpenAfter(Duration.ofMillis(1))).isFalse();
  }

  @Test
  void framesInPieces_withARequestBetween_haveTheirTimeEach() {
    receiveFirstHalf(tooLong(1));
    assertThat(isOpenAfter(Duration.ZERO)).isTrue();
    receiveSecondHalf(tooLong(1));
    receiveFirstHalf(PING);

    assertThat(isOpenAfter(TIMEOUT.plusMillis(1))).isTrue();
    assertThat(isOpenAfter(TIMEOUT)).isTrue();
    assertThat(isOpenAfter(Duration.ofMillis(1))).isFalse();
  }

  @Test
  void framesInPieces_withFramesBetween_haveTheirTimeEach() {
    receiveFirstHalf(PING);
    assertThat(isOpenAfter(Duration.ZERO)).isTrue();
    receiveSecondHalf(PING);
    receiveFirstHalf(PING);

    assertThat(isOpenAfter(TIMEOUT.plusMillis(1))).isTrue();
    assertThat(isOpenAfter(TIMEOUT)).isTrue();
    assertThat(isOpenAfter(Duration.ofMillis(1))).isFalse();
  }
}
