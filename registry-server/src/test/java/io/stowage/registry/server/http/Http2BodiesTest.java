package io.stowage.registry.server.http;

import static io.stowage.registry.server.http.FrameClient.END_STREAM;
import static io.stowage.registry.server.http.FrameClient.fields;
import static io.stowage.registry.server.http.FrameClient.request;
import static io.stowage.registry.server.http.ServedHttp.text;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.Http2Error;
import io.stowage.registry.server.http.FrameClient.Frame;
import io.stowage.registry.server.http.FrameClient.StreamResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2 frame by frame, without TLS: bodies of requests, and responses. */
class Http2BodiesTest {
  @TempDir Path folder;

  // ---- Bodies.

  @Test
  void body_inSeveralFrames_isRead() throws Exception {
    try (ServedHttp http = ServedHttp.h2c(ServedHttp::read);
        FrameClient client = FrameClient.connect(http)) {
      client.head(1, 0, request("PUT", "/x", "content-length", "8"));
      client.data(1, false, "hello".getBytes(US_ASCII)).data(1, true, "abc".getBytes(US_ASCII));

      assertThat(client.response(1).text()).isEqualTo("PUT /x 8");
    }
  }

  @Test
  void body_withoutLengthAndWithTrailers_isRead() throws Exception {
    try (ServedHttp http = ServedHttp.h2c(ServedHttp::read);
        FrameClient client = FrameClient.connect(http)) {
      client.head(1, 0, request("PUT", "/x"));
      client.data(1, false, "hello".getBytes(US_ASCII));
      client.head(1, END_STREAM, fields("x-trailer", "x"));

      assertThat(client.response(1).text()).isEqualTo("PUT /x 5");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"4", "6"})
  @DisplayName("PF-8: a body has the length that it has, or its request is none")
  void bodyOfAnotherLength_isAStreamError(String length) throws Exception {
    try (ServedHttp http = ServedHttp.h2c(ServedHttp::read);
        FrameClient client = FrameClient.connect(http)) {
      client.head(1, 0, request("PUT", "/x", "content-length", length));
      client.data(1, true, "hello".getBytes(US_ASCII));

      Frame reset = Objects.requireNonNull(client.next());
      assertThat(reset.type()).isEqualTo(FrameClient.RST_STREAM);
      assertThat(reset.error()).isEqualTo(Http2Error.PROTOCOL_ERROR);
      assertThat(http.completed(1).getFirst().status()).isEqualTo(499);
      assertThat(client.get(3, "/next").response(3).text()).isEqualTo("GET /next 0");
    }
  }

  @Test
  void expectation_isAnsweredBy100WhenTheBodyIsAskedFor() throws Exception {
    try (ServedHttp http = ServedHttp.h2c(ServedHttp::read);
        FrameClient client = FrameClient.connect(http)) {
      client.head(1, 0, request("PUT", "/x", "content-length", "5", "expect", "100-continue"));
      Frame interim = Objects.requireNonNull(client.next());
      assertThat(client.headers(interim).status()).hasToString("100");
      client.data(1, true, "hello".getBytes(US_ASCII));

      assertThat(client.response(1).text()).isEqualTo("PUT /x 5");
    }
  }

  @Test
  @DisplayName("PF-17: who is refused is told so before the body")
  void refusedBeforeTheBody_isAnsweredAndThenReset() throws Exception {
    try (ServedHttp http = ServedHttp.h2c(request -> text(401, "no"));
        FrameClient client = FrameClient.connect(http)) {
      client.head(1, 0, request("PUT", "/x", "content-length", "5000000000"));
      assertThat(client.response(1).status()).isEqualTo(401);

      Frame reset = Objects.requireNonNull(client.next());
      assertThat(reset.type()).isEqualTo(FrameClient.RST_STREAM);
      assertThat(reset.error()).isEqualTo(Http2Error.NO_ERROR);
      assertThat(client.get(3, "/").response(3).status()).isEqualTo(401);
    }
  }

  @Test
  void smallRestOfABody_isDroppedWithoutAReset() throws Exception {
    try (ServedHttp http = ServedHttp.h2c(request -> text(404, "no"));
        FrameClient client = FrameClient.connect(http)) {
      client.head(1, 0, request("PUT", "/x", "content-length", "500000"));
      assertThat(client.response(1).status()).isEqualTo(404);
      byte[] piece = new byte[10_000];
      int window = 65_535;
      for (int sent = 0; sent < 500_000; sent += piece.length) {
        while (window < piece.length) {
          window += widened(client, 0);
        }
        client.data(1, sent + piece.length == 500_000, piece);
        window -= piece.length;
      }

      assertThat(client.get(3, "/").response(3).status()).isEqualTo(404);
    }
  }

  /** By how much the server widens the window of a stream next. */
  private static int widened(FrameClient client, int stream) throws IOException {
    while (true) {
      Frame frame = Objects.requireNonNull(client.next(FrameClient.WINDOW_UPDATE));
      if (frame.stream() == stream) {
        return ByteBuffer.wrap(frame.payload()).getInt();
      }
    }
  }

  @Test
  @DisplayName("RE-6: a body that the handler does not read stays with the client")
  void bodyThatNobodyReads_fillsTheWindowAndNoMore() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    HttpHandler handler =
        request -> {
          ServedHttp.await(() -> goOn.getCount() == 0);
          return ServedHttp.read(request);
        };
    try (ServedHttp http = ServedHttp.h2c(handler);
        FrameClient client = FrameClient.connect(http)) {
      client.head(1, 0, request("PUT", "/x"));
      for (int i = 0; i < 4; i++) {
        client.data(1, false, new byte[16_000]);
      }
      ServedHttp.await(() -> http.server().heldBytes() == 64_000);
      goOn.countDown();
      assertThat(widened(client, 1)).isPositive();
      client.data(1, true, new byte[1_000]);

      assertThat(client.response(1).text()).isEqualTo("PUT /x 65000");
    }
  }

  @Test
  void bodyBeyondTheWindow_isAFlowControlError() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    HttpHandler handler =
        request -> {
          ServedHttp.await(() -> goOn.getCount() == 0);
          return ServedHttp.read(request);
        };
    try (ServedHttp http = ServedHttp.h2c(handler);
        FrameClient client = FrameClient.connect(http)) {
      client.head(1, 0, request("PUT", "/x"));
      for (int i = 0; i < 5; i++) {
        client.data(1, false, new byte[16_000]);
      }

      Frame goAway = Objects.requireNonNull(client.next(FrameClient.GOAWAY));
      assertThat(goAway.error()).isEqualTo(Http2Error.FLOW_CONTROL_ERROR);
      goOn.countDown();
    }
  }

  // ---- Responses.

  @Test
  void bodilessResponses_endWithTheirHead() throws Exception {
    HttpHandler handler = request -> text(Integer.parseInt(request.path().substring(1)), "hello");
    try (ServedHttp http = ServedHttp.h2c(handler);
        FrameClient client = FrameClient.connect(http)) {
      StreamResponse head = client.head(1, END_STREAM, request("HEAD", "/200")).response(1);
      assertThat(head.header("content-length")).isEqualTo("5");
      assertThat(head.text()).isEmpty();
      assertThat(client.get(3, "/304").response(3).text()).isEmpty();
      StreamResponse noContent = client.get(5, "/204").response(5);
      assertThat(noContent.headers().contains("content-length")).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, END_STREAM})
  void refusedHead_endsWithTheHeadOfItsAnswer(int flags) throws Exception {
    byte[] tooLong = request("HEAD", "/" + "a".repeat(9_000));
    try (ServedHttp http = ServedHttp.h2c(ServedHttp::echo);
        FrameClient client = FrameClient.connect(http)) {
      StreamResponse refused = client.head(1, flags, tooLong).response(1);

      assertThat(refused.status()).isEqualTo(414);
      assertThat(refused.text()).isEmpty();
      if (flags == 0) {
        Frame reset = Objects.requireNonNull(client.next());
        assertThat(reset.type()).isEqualTo(FrameClient.RST_STREAM);
        assertThat(reset.error()).isEqualTo(Http2Error.NO_ERROR);
      }
      assertThat(client.get(3, "/next").response(3).text()).isEqualTo("GET /next");
    }
  }

  /** As clients in Go do that have used up their windows: they widen them at each read. */
  @Test
  void readerInSmallPieces_isNoFlood() throws Exception {
    int piece = 512;
    byte[] bytes = new byte[8_000 * piece];
    Path file = Files.write(folder.resolve("file"), bytes);
    ResponseBody body = new ResponseBody.Slice(() -> FileChannel.open(file), 0, bytes.length);
    try (ServedHttp http = ServedHttp.h2c(request -> new Response(200, Headers.EMPTY, body));
        FrameClient client = FrameClient.connect(http)) {
      client.get(1, "/");
      Objects.requireNonNull(client.next(FrameClient.HEADERS));
      int received = 0;
      int widened = 0;
      while (received < bytes.length) {
        received += Objects.requireNonNull(client.next(FrameClient.DATA)).payload().length;
        for (; widened + piece <= received; widened += piece) {
          client.widen(1, piece).widen(0, piece);
        }
      }

      assertThat(received).isEqualTo(bytes.length);
    }
  }

  @Test
  void file_beyondTheWindow_waitsForIt() throws Exception {
    byte[] bytes = new byte[1_000_000];
    new Random(1).nextBytes(bytes);
    Path file = Files.write(folder.resolve("file"), bytes);
    ResponseBody body = new ResponseBody.Slice(() -> FileChannel.open(file), 0, bytes.length);
    try (ServedHttp http = ServedHttp.h2c(request -> new Response(200, Headers.EMPTY, body));
        FrameClient client = FrameClient.connect(http, FrameClient.INITIAL_WINDOW_SIZE, 1_000)) {
      client.get(1, "/");
      Frame head = Objects.requireNonNull(client.next());
      assertThat(client.headers(head).get("content-length")).hasToString("1000000");
      ByteArrayOutputStream received = new ByteArrayOutputStream();
      boolean ended = false;
      while (!ended) {
        Frame data = Objects.requireNonNull(client.next());
        assertThat(data.type()).isEqualTo(FrameClient.DATA);
        received.writeBytes(data.payload());
        ended = data.has(END_STREAM);
        client.widen(1, 2 * data.payload().length).widen(0, data.payload().length);
      }

      assertThat(received.toByteArray()).isEqualTo(bytes);
    }
  }

  @Test
  @DisplayName("RE-6: 200 responses to a client with a window of zero hold no memory")
  void streamsWithoutAWindow_holdNoPieces() throws Exception {
    int streams = 200;
    Path file = Files.write(folder.resolve("file"), new byte[10_000_000]);
    ResponseBody body = new ResponseBody.Slice(() -> FileChannel.open(file), 0, 10_000_000);
    CountDownLatch begun = new CountDownLatch(streams);
    HttpHandler handler =
        request -> {
          begun.countDown();
          return request.path().equals("/small")
              ? text(200, "small")
              : new Response(200, Headers.EMPTY, body);
        };
    try (ServedHttp http = ServedHttp.h2c(handler);
        FrameClient client = FrameClient.connect(http, FrameClient.INITIAL_WINDOW_SIZE, 0)) {
      for (int i = 0; i < streams; i++) {
        client.get(1 + 2 * i, "/");
      }
      begun.await();
      for (int i = 0; i < streams; i++) {
        Objects.requireNonNull(client.next(FrameClient.HEADERS));
      }
      assertThat(http.server().usedBufferBytes()).isLessThan(1024L * 1024);

      // Whoever opens its window is served, though all others wait.
      int last = 1 + 2 * streams;
      client.get(last, "/small").widen(last, 1_000);
      assertThat(client.response(last).text()).isEqualTo("small");
    }
  }

  @Test
  void source_thatFailsMidway_resetsItsStreamOnly() throws Exception {
    Path file = Files.write(folder.resolve("file"), new byte[1_000_000]);
    ResponseBody body = new ResponseBody.Slice(() -> FileChannel.open(file), 0, 1_000_000);
    HttpHandler handler =
        request ->
            request.path().equals("/file")
                ? new Response(200, Headers.EMPTY, body)
                : ServedHttp.echo(request);
    try (ServedHttp http = ServedHttp.h2c(handler);
        FrameClient client = FrameClient.connect(http)) {
      client.get(1, "/file");
      Objects.requireNonNull(client.next(FrameClient.DATA));
      Files.write(file, new byte[10]);
      client.widen(1, 1_000_000).widen(0, 1_000_000);

      Frame reset = Objects.requireNonNull(client.next(FrameClient.RST_STREAM));
      assertThat(reset.error()).isEqualTo(Http2Error.INTERNAL_ERROR);
      assertThat(client.get(3, "/next").response(3).text()).isEqualTo("GET /next");
    }
  }

  @Test
  void handlerThatThrows_isAnsweredBy500AndTheConnectionGoesOn() throws Exception {
    HttpHandler handler =
        request -> {
          if (request.path().equals("/bad")) {
            throw new IllegalStateException("broken on purpose");
          }
          return ServedHttp.echo(request);
        };
    try (ServedHttp http = ServedHttp.h2c(handler);
        FrameClient client = FrameClient.connect(http)) {
      StreamResponse response = client.get(1, "/bad").response(1);

      assertThat(response.status()).isEqualTo(500);
      assertThat(response.header("x-request-id"))
          .isEqualTo(http.completed(1).getFirst().request().id());
      assertThat(client.get(3, "/good").response(3).text()).isEqualTo("GET /good");
    }
  }
}
