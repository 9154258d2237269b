package io.stowage.registry.server.http;

import static io.stowage.registry.server.http.FrameClient.ACK;
import static io.stowage.registry.server.http.FrameClient.END_HEADERS;
import static io.stowage.registry.server.http.FrameClient.END_STREAM;
import static io.stowage.registry.server.http.FrameClient.fields;
import static io.stowage.registry.server.http.FrameClient.frame;
import static io.stowage.registry.server.http.FrameClient.number;
import static io.stowage.registry.server.http.FrameClient.request;
import static io.stowage.registry.server.http.ServedHttp.drain;
import static io.stowage.registry.server.http.ServedHttp.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.Http2Error;
import io.stowage.registry.server.http.FrameClient.Frame;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Clients of HTTP/2 that cost more than they ask for: their connection ends, and others go on being
 * served.
 */
@DisplayName("RE-13: a client of HTTP/2 that floods the server is disconnected, and no other")
class Http2FloodTest {
  private static final int PRIORITY = 2;
  private static final int UNKNOWN = 0xfa;
  private static final int FEW = 50;
  private static final int BATCH = 500;
  private static final int BATCHES = 200;
  private static final int FIRST_FREE_STREAM = 101;

  private final CountDownLatch goOn = new CountDownLatch(1);
  private final AtomicInteger held = new AtomicInteger();
  private ServedHttp http;
  private FrameClient bystander;

  @BeforeEach
  void start() throws Exception {
    http = ServedHttp.h2c(this::handle);
    bystander = FrameClient.connect(http);
    assertThat(bystander.get(1, "/before").response(1).text()).isEqualTo("GET /before 0");
  }

  private Response handle(Request request) throws IOException {
    if (request.path().equals("/held")) {
      held.incrementAndGet();
      ServedHttp.await(() -> goOn.getCount() == 0);
    }
    return text(200, request.method() + " " + request.target() + " " + drain(request.body()));
  }

  @AfterEach
  void stop() throws Exception {
    goOn.countDown();
    try (FrameClient other = bystander;
        FrameClient next = FrameClient.connect(http)) {
      assertThat(other.get(3, "/after").response(3).text()).isEqualTo("GET /after 0");
      assertThat(next.get(1, "/next").response(1).text()).isEqualTo("GET /next 0");
    }
    http.close();
  }

  // ---- Frames that ask for nothing.

  static Stream<Arguments> idleTalk() {
    return Stream.of(
        Arguments.of("PING", frame(FrameClient.PING, 0, 0, new byte[8])),
        Arguments.of("answers to no PING", frame(FrameClient.PING, ACK, 0, new byte[8])),
        Arguments.of("SETTINGS", frame(FrameClient.SETTINGS, 0, 0, new byte[0])),
        Arguments.of(
            "SETTINGS that change",
            frame(FrameClient.SETTINGS, 0, 0, new byte[] {0, 3, 0, 0, 0, 9})),
        Arguments.of("PRIORITY", frame(PRIORITY, 0, 1, new byte[] {0, 0, 0, 0, 1})),
        Arguments.of("PRIORITY of none", frame(PRIORITY, 0, 99, new byte[] {0, 0, 0, 0, 1})),
        Arguments.of("WINDOW_UPDATE", frame(FrameClient.WINDOW_UPDATE, 0, 0, number(1))),
        Arguments.of("of an ended stream", frame(FrameClient.WINDOW_UPDATE, 0, 1, number(1))),
        Arguments.of("RST_STREAM of an ended one", frame(FrameClient.RST_STREAM, 0, 1, number(8))),
        Arguments.of("unknown", frame(UNKNOWN, 0, 0, new byte[0])),
        Arguments.of("unknown and large", frame(UNKNOWN, 0, 1, new byte[16_000])));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("idleTalk")
  @DisplayName("RE-12: idle talk ends the connection, also if all answers are read")
  void idleTalk_withoutEnd_endsTheConnection(String what, byte[] frame) throws Exception {
    try (FrameClient client = FrameClient.connect(http)) {
      client.get(1, "/first").response(1);

      assertDisconnected(client, times(BATCH, frame));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("idleTalk")
  @DisplayName("RE-12: a little idle talk is no flood")
  void idleTalk_aLittle_isNoFlood(String what, byte[] frame) throws Exception {
    try (FrameClient client = FrameClient.connect(http)) {
      client.get(1, "/first").response(1);
      client.send(times(frame.length > 1_000 ? 3 : FEW, frame)).get(FIRST_FREE_STREAM, "/next");

      Frame head = Objects.requireNonNull(client.next(FrameClient.HEADERS));
      assertThat(client.headers(head).status()).hasToString("200");
    }
  }

  @Test
  @DisplayName("RE-12: a body of one byte a frame ends the connection")
  void body_ofOneByteAFrame_endsTheConnection() throws Exception {
    try (FrameClient client = FrameClient.connect(http)) {
      client.head(1, 0, request("PUT", "/x"));

      assertDisconnected(client, times(BATCH, frame(FrameClient.DATA, 0, 1, new byte[1])));
    }
  }

  @Test
  @DisplayName("RE-12: a body in empty pieces is none")
  void body_inEmptyPieces_endsTheConnection() throws Exception {
    try (FrameClient client = FrameClient.connect(http)) {
      client.head(1, 0, request("PUT", "/x"));

      assertDisconnected(client, times(4, frame(FrameClient.DATA, 0, 1, new byte[0])));
    }
  }

  @Test
  @DisplayName("RE-11: a head in empty pieces is none")
  void head_inEmptyPieces_endsTheConnection() throws Exception {
    try (FrameClient client = FrameClient.connect(http)) {
      client.send(frame(FrameClient.HEADERS, END_STREAM, 1, request("GET", "/")));

      assertDisconnected(client, times(BATCH, frame(FrameClient.CONTINUATION, 0, 1, new byte[0])));
    }
  }

  @Test
  @DisplayName("RE-7, RE-13: a few bytes of header block that stand for many are too large a head")
  void head_thatUnfoldsToMuch_isTooLarge() throws Exception {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.writeBytes(request("GET", "/"));
    byte[] field = fields("x", "a".repeat(3_000));
    field[0] = 0x40; // with indexing from now on (RFC 7541, section 6.2.1)
    block.writeBytes(field);
    for (int i = 0; i < 10_000; i++) {
      block.write(0x80 | 62); // the newest entry again
    }
    try (FrameClient client = FrameClient.connect(http)) {
      client.send(FrameClient.SETTINGS, ACK, 0, new byte[0]);
      client.head(1, END_STREAM, block.toByteArray());

      Frame answer = Objects.requireNonNull(client.next());
      assertThat(answer.type()).isEqualTo(FrameClient.HEADERS);
      assertThat(client.headers(answer).status()).hasToString("431");
    }
  }

  // ---- Streams that come to nothing.

  static Stream<Arguments> resets() {
    byte[] windowOfNothing = number(0);
    byte[] windowTooLarge = number(Integer.MAX_VALUE);
    return Stream.of(
        Arguments.of("RE-9: by the client", FrameClient.RST_STREAM, number(8)),
        Arguments.of("RE-10: WINDOW_UPDATE of 0", FrameClient.WINDOW_UPDATE, windowOfNothing),
        Arguments.of("RE-10: window too large", FrameClient.WINDOW_UPDATE, windowTooLarge),
        Arguments.of("RE-10: body behind the end", FrameClient.DATA, new byte[10]),
        Arguments.of("RE-10: two heads", FrameClient.HEADERS, request("GET", "/held")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("resets")
  @DisplayName("RE-9, RE-10: streams that are begun and reset all the time end the connection")
  void streams_begunAndReset_endTheConnection(String what, int type, byte[] payload)
      throws Exception {
    ByteArrayOutputStream flood = new ByteArrayOutputStream();
    for (int i = 0; i < BATCH; i++) {
      int stream = 1 + 2 * i;
      flood.writeBytes(
          frame(FrameClient.HEADERS, END_STREAM | END_HEADERS, stream, request("GET", "/held")));
      int flags = type == FrameClient.HEADERS ? END_STREAM | END_HEADERS : 0;
      flood.writeBytes(frame(type, flags, stream, payload));
    }
    try (FrameClient client = FrameClient.connect(http)) {
      assertThat(endOf(client, flood.toByteArray(), 1)).isIn(Http2Error.ENHANCE_YOUR_CALM, null);
      assertThat(held.get()).isLessThanOrEqualTo(Http2Session.MAX_STREAMS);
    }
  }

  @Test
  @DisplayName("RE-9: no client has more requests than streams, whatever it resets")
  void streamsBeyondTheLimit_areRefused() throws Exception {
    try (FrameClient client = FrameClient.connect(http)) {
      for (int i = 0; i < Http2Session.MAX_STREAMS + 10; i++) {
        client.get(1 + 2 * i, "/held");
      }
      for (int i = 0; i < 10; i++) {
        Frame refused = Objects.requireNonNull(client.next(FrameClient.RST_STREAM));
        assertThat(refused.error()).isEqualTo(Http2Error.REFUSED_STREAM);
        assertThat(refused.stream()).isGreaterThan(2 * Http2Session.MAX_STREAMS);
      }
      goOn.countDown();
      http.completed(Http2Session.MAX_STREAMS + 1);
      assertThat(held).hasValue(Http2Session.MAX_STREAMS);
    }
  }

  // ---- In short.

  private static byte[] times(int count, byte[] frame) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (int i = 0; i < count; i++) {
      all.writeBytes(frame);
    }
    return all.toByteArray();
  }

  /** The reason may be lost: the kernel drops it for bytes that the server did not read. */
  private static void assertDisconnected(FrameClient client, byte[] batch) throws Exception {
    assertThat(endOf(client, batch, BATCHES)).isIn(Http2Error.ENHANCE_YOUR_CALM, null);
  }

  /**
   * Sends this over and over, and reads all that comes back, until the connection ends.
   *
   * @return the reason that the server gave, or null if it was lost
   */
  private static @Nullable Http2Error endOf(FrameClient client, byte[] batch, int batches)
      throws Exception {
    Executor thread = task -> Thread.ofVirtual().start(task);
    CompletableFuture<@Nullable Http2Error> end =
        CompletableFuture.supplyAsync(() -> reasonOf(client), thread);
    try {
      for (int i = 0; i < batches && !end.isDone(); i++) {
        client.send(batch);
      }
    } catch (IOException closed) {
      // what came before the end tells the reason
    }
    return end.get();
  }

  private static @Nullable Http2Error reasonOf(FrameClient client) {
    try {
      Frame goAway = client.next(FrameClient.GOAWAY);
      if (goAway == null) {
        return null;
      }
      client.isClosedByServer();
      return goAway.error();
    } catch (EOFException | SocketException cutInTheMiddle) {
      return null;
    } catch (IOException stillOpen) {
      throw new UncheckedIOException(stillOpen);
    }
  }
}
