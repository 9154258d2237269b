package io.stowage.registry.server.http;

import static io.stowage.registry.server.http.FrameClient.END_HEADERS;
import static io.stowage.registry.server.http.FrameClient.END_STREAM;
import static io.stowage.registry.server.http.FrameClient.fields;
import static io.stowage.registry.server.http.FrameClient.request;
import static io.stowage.registry.server.http.ServedHttp.drain;
import static io.stowage.registry.server.http.ServedHttp.text;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http2.Http2Error;
import io.stowage.registry.server.http.FrameClient.Frame;
import io.stowage.registry.server.http.FrameClient.StreamResponse;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP/2 frame by frame, without TLS: rules, limits, and clients that mean no good. */
class Http2FramesTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration SHORT = Duration.ofMillis(80);

  @TempDir Path folder;

  private static ServedHttp serving(HttpHandler handler) throws IOException {
    return serving(ServedHttp.settings(), handler);
  }

  private static ServedHttp serving(HttpServerSettings settings, HttpHandler handler)
      throws IOException {
    return ServedHttp.by(settings.withH2c(true), handler);
  }

  private static Response read(Request request) throws IOException {
    return text(200, request.method() + " " + request.target() + " " + drain(request.body()));
  }

  // ---- What a request is.

  @Test
  void request_byPriorKnowledge_isServed() throws Exception {
    HttpHandler handler =
        request ->
            text(
                200,
                request.version() + " " + request.target() + " " + request.headers().all("host"));
    try (ServedHttp http = serving(handler);
        FrameClient client = FrameClient.connect(http)) {
      StreamResponse response = client.get(1, "/v2/?n=1").response(1);

      assertThat(response.status()).isEqualTo(200);
      assertThat(response.text()).isEqualTo("HTTP/2.0 /v2/?n=1 [test]");
      assertThat(response.header("content-type")).isEqualTo("text/plain");
      assertThat(response.header("content-length")).isEqualTo("" + response.text().length());
      assertThat(response.header("date")).isNotEmpty();
      assertThat(response.headers().contains("connection")).isFalse();
      assertThat(http.completed(1).getFirst().bytesSent()).isEqualTo(response.text().length());
      assertThat(client.get(3, "/again").response(3).status()).isEqualTo(200);
    }
  }

  @Test
  void http11_onTheSamePort_isServed() throws Exception {
    try (ServedHttp http = serving(ServedHttp::echo);
        WireClient client = http.connect()) {
      assertThat(client.get("/a").text()).isEqualTo("GET /a");
      assertThat(client.request("PRINT", "/b").text()).isEqualTo("PRINT /b");
    }
  }

  @Test
  void pf16_preface_whereH2cIsOff_isRefused() throws Exception {
    try (ServedHttp http = ServedHttp.by(ServedHttp::echo);
        WireClient client = http.connect()) {
      client.sendRaw(FrameClient.PREFACE);

      assertThat(client.readResponse().status()).isEqualTo(400);
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void pf16_upgradeToH2c_isIgnored() throws Exception {
    try (ServedHttp http = serving(Http2FramesTest::read);
        WireClient client = http.connect()) {
      client.send(
          """
          PUT /x HTTP/1.1
          Host: test
          Connection: Upgrade, HTTP2-Settings
          Upgrade: h2c
          HTTP2-Settings: AAMAAABkAAQAAP__
          Content-Length: 5

          hello""");

      assertThat(client.readResponse().text()).isEqualTo("PUT /x 5");
    }
  }

  static Stream<Arguments> doubtfulHeads() {
    byte[] noPath = fields(":method", "GET", ":scheme", "http", ":authority", "test");
    return Stream.of(
        Arguments.of("no host", 400, fields(":method", "GET", ":scheme", "http", ":path", "/")),
        Arguments.of("two hosts", 400, request("GET", "/", "host", "other")),
        Arguments.of("host twice", 400, request("GET", "/", "host", "test", "host", "test")),
        Arguments.of("path without slash", 400, request("GET", "x")),
        Arguments.of("other host in the path", 400, request("GET", "http://other/")),
        Arguments.of("fragment", 400, request("GET", "/a#b")),
        Arguments.of("space in the path", 400, request("GET", "/a b")),
        Arguments.of("line break in the path", 0, request("GET", "/a\r\nX: y")),
        Arguments.of("method no token", 400, request("GE T", "/")),
        Arguments.of("CONNECT", 405, request("CONNECT", "/")),
        Arguments.of("two paths", 0, request("GET", "/", ":path", "/b")),
        Arguments.of("upper case", 0, request("GET", "/", "Accept", "x")),
        Arguments.of("name no token", 0, request("GET", "/", "a b", "x")),
        Arguments.of("line break in a value", 0, request("GET", "/", "x", "a\r\nb: c")),
        Arguments.of("NUL in a value", 0, request("GET", "/", "x", "a\0b")),
        Arguments.of("space around a value", 0, request("GET", "/", "x", " a")),
        Arguments.of("connection", 0, request("GET", "/", "connection", "close")),
        Arguments.of("transfer-encoding", 0, request("GET", "/", "transfer-encoding", "chunked")),
        Arguments.of("te", 0, request("GET", "/", "te", "gzip")),
        Arguments.of("expectation", 417, request("GET", "/", "expect", "200-ok")),
        Arguments.of("no path", 0, noPath),
        Arguments.of("late pseudo-header", 0, request("GET", "/", "x", "y", ":path", "/b")),
        Arguments.of("unknown pseudo-header", 0, request("GET", "/", ":x", "y")),
        Arguments.of("content-length", 0, request("GET", "/", "content-length", "5")),
        Arguments.of("long path", 414, request("GET", "/" + "a".repeat(9000))),
        Arguments.of("large field", 431, request("GET", "/", "x", "a".repeat(33_000))),
        Arguments.of("many fields", 431, request("GET", "/", manyFields(101))));
  }

  private static String[] manyFields(int count) {
    return Stream.generate(() -> "x").limit(2L * count).toArray(String[]::new);
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @MethodSource("doubtfulHeads")
  void doubtfulHead_isRefusedAndTheConnectionGoesOn(String what, int status, byte[] block)
      throws Exception {
    AtomicInteger handled = new AtomicInteger();
    HttpHandler handler =
        request -> {
          handled.incrementAndGet();
          return ServedHttp.echo(request);
        };
    try (ServedHttp http = serving(handler);
        FrameClient client = FrameClient.connect(http)) {
      sendHead(client, 1, END_STREAM, block);
      if (status == 0) {
        Frame reset = Objects.requireNonNull(client.next());
        assertThat(reset.type()).as(what).isEqualTo(FrameClient.RST_STREAM);
        assertThat(reset.error()).isEqualTo(Http2Error.PROTOCOL_ERROR);
      } else {
        StreamResponse response = client.response(1);
        assertThat(response.status()).as(what).isEqualTo(status);
        assertThat(response.header("docker-distribution-api-version")).isEqualTo("registry/2.0");
        assertThat(response.text()).startsWith("{\"errors\":[{\"code\":\"UNSUPPORTED\"");
      }
      assertThat(handled).hasValue(0);
      assertThat(client.get(3, "/next").response(3).text()).isEqualTo("GET /next");
    }
  }

  /** A head that may be larger than a frame. */
  private static void sendHead(FrameClient client, int stream, int flags, byte[] block)
      throws IOException {
    int limit = 16 * 1024;
    int at = Math.min(limit, block.length);
    byte[] first = Arrays.copyOf(block, at);
    boolean whole = at == block.length;
    client.send(FrameClient.HEADERS, flags | (whole ? END_HEADERS : 0), stream, first);
    while (at < block.length) {
      int next = Math.min(at + limit, block.length);
      client.send(
          FrameClient.CONTINUATION,
          next == block.length ? END_HEADERS : 0,
          stream,
          Arrays.copyOfRange(block, at, next));
      at = next;
    }
  }

  @Test
  void re7_headTwiceTheLimit_isAnsweredBy431() throws Exception {
    try (ServedHttp http = serving(ServedHttp::echo);
        FrameClient client = FrameClient.connect(http)) {
      sendHead(client, 1, END_STREAM, request("GET", "/", "x", "a".repeat(70_000)));

      assertThat(client.response(1).status()).isEqualTo(431);
    }
  }

  @Test
  void re7_headManyTimesTheLimit_endsTheConnection() throws Exception {
    try (ServedHttp http = serving(ServedHttp::echo);
        FrameClient client = FrameClient.connect(http)) {
      byte[] block = request("GET", "/", "x", "a".repeat(1_000_000));

      assertThatThrownBy(
              () -> {
                sendHead(client, 1, END_STREAM, block);
                client.isClosedByServer();
                throw new EOFException("closed without a reset");
              })
          .isInstanceOf(IOException.class);
      assertThat(http.completed()).isEmpty();
    }
  }

  // ---- Bodies.

  @Test
  void body_inSeveralFrames_isRead() throws Exception {
    try (ServedHttp http = serving(Http2FramesTest::read);
        FrameClient client = FrameClient.connect(http)) {
      client.head(1, 0, request("PUT", "/x", "content-length", "8"));
      client.data(1, false, "hello".getBytes(US_ASCII)).data(1, true, "abc".getBytes(US_ASCII));

      assertThat(client.response(1).text()).isEqualTo("PUT /x 8");
    }
  }

  @Test
  void body_withoutLengthAndWithTrailers_isRead() throws Exception {
    try (ServedHttp http = serving(Http2FramesTest::read);
        FrameClient client = FrameClient.connect(http)) {
      client.head(1, 0, request("PUT", "/x"));
      client.data(1, false, "hello".getBytes(US_ASCII));
      client.head(1, END_STREAM, fields("x-trailer", "x"));

      assertThat(client.response(1).text()).isEqualTo("PUT /x 5");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"4", "6"})
  void pf8_bodyOfAnotherLength_isAStreamError(String length) throws Exception {
    try (ServedHttp http = serving(Http2FramesTest::read);
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
    try (ServedHttp http = serving(Http2FramesTest::read);
        FrameClient client = FrameClient.connect(http)) {
      client.head(1, 0, request("PUT", "/x", "content-length", "5", "expect", "100-continue"));
      Frame interim = Objects.requireNonNull(client.next());
      assertThat(client.headers(interim).status()).hasToString("100");
      client.data(1, true, "hello".getBytes(US_ASCII));

      assertThat(client.response(1).text()).isEqualTo("PUT /x 5");
    }
  }

  @Test
  void pf17_refusedBeforeTheBody_isAnsweredAndThenReset() throws Exception {
    try (ServedHttp http = serving(request -> text(401, "no"));
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
    try (ServedHttp http = serving(request -> text(404, "no"));
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
  void re6_bodyThatNobodyReads_fillsTheWindowAndNoMore() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    HttpHandler handler =
        request -> {
          ServedHttp.await(() -> goOn.getCount() == 0);
          return read(request);
        };
    try (ServedHttp http = serving(handler);
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
          return read(request);
        };
    try (ServedHttp http = serving(handler);
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
    try (ServedHttp http = serving(handler);
        FrameClient client = FrameClient.connect(http)) {
      StreamResponse head = client.head(1, END_STREAM, request("HEAD", "/200")).response(1);
      assertThat(head.header("content-length")).isEqualTo("5");
      assertThat(head.text()).isEmpty();
      assertThat(client.get(3, "/304").response(3).text()).isEmpty();
      StreamResponse noContent = client.get(5, "/204").response(5);
      assertThat(noContent.headers().contains("content-length")).isFalse();
    }
  }

  @Test
  void file_beyondTheWindow_waitsForIt() throws Exception {
    byte[] bytes = new byte[1_000_000];
    new Random(1).nextBytes(bytes);
    Path file = Files.write(folder.resolve("file"), bytes);
    ResponseBody body = new ResponseBody.Slice(() -> FileChannel.open(file), 0, bytes.length);
    try (ServedHttp http = serving(request -> new Response(200, Headers.EMPTY, body));
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
  void re6_streamsWithoutAWindow_holdNoPieces() throws Exception {
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
    try (ServedHttp http = serving(handler);
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
    try (ServedHttp http = serving(handler);
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
    try (ServedHttp http = serving(handler);
        FrameClient client = FrameClient.connect(http)) {
      StreamResponse response = client.get(1, "/bad").response(1);

      assertThat(response.status()).isEqualTo(500);
      assertThat(response.header("x-request-id"))
          .isEqualTo(http.completed(1).getFirst().request().id());
      assertThat(client.get(3, "/good").response(3).text()).isEqualTo("GET /good");
    }
  }

  // ---- Ends.

  @Test
  void clientThatResets_isNoticedInTheBody() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    HttpHandler handler =
        request -> {
          if (request.method().equals("GET")) {
            return ServedHttp.echo(request);
          }
          try {
            request.body().next();
            reading.countDown();
            return text(200, "" + drain(request.body()));
          } catch (ClientGoneException gone) {
            thrown.set(gone);
            throw gone;
          }
        };
    try (ServedHttp http = serving(handler);
        FrameClient client = FrameClient.connect(http)) {
      client.head(1, 0, request("PUT", "/")).data(1, false, new byte[10]);
      reading.await();
      client.reset(1);

      assertThat(http.completed(1).getFirst().status()).isEqualTo(499);
      assertThat(thrown.get()).hasMessageContaining("ended the stream");
      assertThat(client.get(3, "/next").response(3).text()).isEqualTo("GET /next");
    }
  }

  @Test
  void clientThatResets_endsAResponseThatWaits() throws Exception {
    byte[] large = new byte[10_000_000];
    Response response = new Response(200, Headers.EMPTY, new ResponseBody.Bytes(large));
    try (ServedHttp http = serving(request -> response);
        FrameClient client = FrameClient.connect(http)) {
      client.get(1, "/");
      Objects.requireNonNull(client.next(FrameClient.DATA));
      client.reset(1);

      CompletedExchange ended = http.completed(1).getFirst();
      assertThat(ended.status()).isEqualTo(200);
      assertThat(ended.bytesSent()).isLessThan(large.length);
    }
  }

  @Test
  void stop_withStreamsInFlight_letsThemFinish() throws Exception {
    CountDownLatch begun = new CountDownLatch(2);
    HttpHandler handler =
        request -> {
          begun.countDown();
          return read(request);
        };
    try (ServedHttp http = serving(handler);
        FrameClient client = FrameClient.connect(http)) {
      client.head(1, 0, request("PUT", "/a")).head(3, 0, request("PUT", "/b"));
      begun.await();
      Thread stopping = Thread.ofVirtual().start(() -> http.server().stop(LONG));
      Frame goAway = Objects.requireNonNull(client.next(FrameClient.GOAWAY));
      client.get(5, "/late").data(1, true, new byte[3]);

      assertThat(goAway.error()).isEqualTo(Http2Error.NO_ERROR);
      assertThat(Objects.requireNonNull(client.next()).error())
          .isEqualTo(Http2Error.REFUSED_STREAM);
      assertThat(client.response(1).text()).isEqualTo("PUT /a 3");
      client.data(3, true, new byte[4]);
      assertThat(client.response(3).text()).isEqualTo("PUT /b 4");
      assertThat(client.isClosedByServer()).isTrue();
      stopping.join();
      assertThat(http.completed()).hasSize(2);
    }
  }

  @Test
  void stop_graceOver_cutsOffWhatIsLeft() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    HttpHandler handler =
        request -> {
          begun.countDown();
          return read(request);
        };
    try (ServedHttp http = serving(handler);
        FrameClient client = FrameClient.connect(http)) {
      client.head(1, 0, request("PUT", "/a"));
      begun.await();
      http.server().stop(Duration.ofMillis(50));

      assertThat(client.isClosedByServer()).isTrue();
      assertThat(http.completed(1).getFirst().status()).isEqualTo(499);
    }
  }

  @Test
  void re6_idleConnection_isClosedWithGoAway() throws Exception {
    try (ServedHttp http = serving(ServedHttp.settings(LONG, SHORT, LONG), ServedHttp::echo);
        FrameClient client = FrameClient.connect(http)) {
      client.get(1, "/").response(1);

      Frame goAway = Objects.requireNonNull(client.next(FrameClient.GOAWAY));
      assertThat(goAway.error()).isEqualTo(Http2Error.NO_ERROR);
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void re5_partOfAFrame_isNotWaitedForLong() throws Exception {
    try (ServedHttp http = serving(ServedHttp.settings(SHORT, LONG, LONG), ServedHttp::echo);
        FrameClient client = FrameClient.connect(http)) {
      client.get(1, "/").response(1);
      client.send(new byte[] {0, 0, 100, FrameClient.HEADERS, 5, 0, 0, 0});

      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void re5_prefaceWithoutSettings_isNotWaitedForLong() throws Exception {
    try (ServedHttp http = serving(ServedHttp.settings(SHORT, LONG, LONG), ServedHttp::echo);
        WireClient client = http.connect()) {
      client.sendRaw(FrameClient.PREFACE);
      byte[] settings = new byte[1000];
      while (client.read(settings) >= 0) {
        // the server's own settings
      }
    }
  }

  @Test
  void re6_stalledBody_endsItsStreamOnly() throws Exception {
    try (ServedHttp http = serving(ServedHttp.settings(LONG, LONG, SHORT), Http2FramesTest::read);
        FrameClient client = FrameClient.connect(http)) {
      client.head(1, 0, request("PUT", "/")).data(1, false, new byte[10]);

      assertThat(client.response(1).status()).isEqualTo(408);
      Frame reset = Objects.requireNonNull(client.next(FrameClient.RST_STREAM));
      assertThat(reset.error()).isEqualTo(Http2Error.NO_ERROR);
      assertThat(http.completed(1).getFirst().status()).isEqualTo(408);
      assertThat(client.get(3, "/next").response(3).text()).isEqualTo("GET /next 0");
    }
  }

  @Test
  void re6_restOfABodyThatNobodyWants_isNotWaitedForLong() throws Exception {
    try (ServedHttp http = serving(ServedHttp.settings(LONG, LONG, SHORT), ServedHttp::echo);
        FrameClient client = FrameClient.connect(http)) {
      client.head(1, 0, request("PUT", "/", "content-length", "10")).data(1, false, new byte[5]);

      assertThat(client.response(1).status()).isEqualTo(200);
      Frame reset = Objects.requireNonNull(client.next(FrameClient.RST_STREAM));
      assertThat(reset.error()).isEqualTo(Http2Error.NO_ERROR);
      assertThat(client.get(3, "/next").response(3).text()).isEqualTo("GET /next");
    }
  }

  @Test
  void re6_responseThatNobodyReads_endsItsStreamOnly() throws Exception {
    byte[] large = new byte[10_000_000];
    HttpHandler handler =
        request ->
            request.path().equals("/large")
                ? new Response(200, Headers.EMPTY, new ResponseBody.Bytes(large))
                : ServedHttp.echo(request);
    try (ServedHttp http = serving(ServedHttp.settings(LONG, LONG, SHORT), handler);
        FrameClient client = FrameClient.connect(http, FrameClient.INITIAL_WINDOW_SIZE, 100)) {
      client.get(1, "/large");

      Frame reset = Objects.requireNonNull(client.next(FrameClient.RST_STREAM));
      assertThat(reset.error()).isEqualTo(Http2Error.CANCEL);
      assertThat(http.completed(1).getFirst().status()).isEqualTo(200);
      assertThat(client.get(3, "/next").response(3).text()).isEqualTo("GET /next");
    }
  }

  // ---- Floods.

  @Test
  void streamsBeyondTheLimit_areRefused() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    HttpHandler handler =
        request -> {
          ServedHttp.await(() -> goOn.getCount() == 0);
          return ServedHttp.echo(request);
        };
    try (ServedHttp http = serving(handler);
        FrameClient client = FrameClient.connect(http)) {
      for (int i = 0; i < Http2Session.MAX_STREAMS + 10; i++) {
        client.get(1 + 2 * i, "/");
      }
      for (int i = 0; i < 10; i++) {
        Frame refused = Objects.requireNonNull(client.next(FrameClient.RST_STREAM));
        assertThat(refused.error()).isEqualTo(Http2Error.REFUSED_STREAM);
        assertThat(refused.stream()).isGreaterThan(2 * Http2Session.MAX_STREAMS);
      }
      goOn.countDown();
      assertThat(http.completed(Http2Session.MAX_STREAMS)).hasSize(Http2Session.MAX_STREAMS);
    }
  }

  @Test
  void re9_rapidReset_endsTheConnection() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicInteger begun = new AtomicInteger();
    HttpHandler handler =
        request -> {
          begun.incrementAndGet();
          ServedHttp.await(() -> goOn.getCount() == 0);
          return ServedHttp.echo(request);
        };
    try (ServedHttp http = serving(handler);
        FrameClient client = FrameClient.connect(http)) {
      ByteArrayOutputStream flood = new ByteArrayOutputStream();
      for (int i = 0; i < 300; i++) {
        int stream = 1 + 2 * i;
        flood.writeBytes(
            FrameClient.frame(
                FrameClient.HEADERS, END_STREAM | END_HEADERS, stream, request("GET", "/")));
        flood.writeBytes(
            FrameClient.frame(FrameClient.RST_STREAM, 0, stream, FrameClient.number(8)));
      }
      client.send(flood.toByteArray());

      Frame goAway = Objects.requireNonNull(client.next(FrameClient.GOAWAY));
      assertThat(goAway.error()).isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
      assertThat(client.isClosedByServer()).isTrue();
      assertThat(begun.get()).isLessThanOrEqualTo(Http2Session.MAX_STREAMS);
      goOn.countDown();
    }
  }

  @Test
  void re11_emptyContinuations_endTheConnection() throws Exception {
    try (ServedHttp http = serving(ServedHttp::echo);
        FrameClient client = FrameClient.connect(http)) {
      ByteArrayOutputStream flood = new ByteArrayOutputStream();
      flood.writeBytes(FrameClient.frame(FrameClient.HEADERS, END_STREAM, 1, request("GET", "/")));
      for (int i = 0; i < 100; i++) {
        flood.writeBytes(FrameClient.frame(FrameClient.CONTINUATION, 0, 1, new byte[0]));
      }
      client.send(flood.toByteArray());

      assertThat(Objects.requireNonNull(client.next(FrameClient.GOAWAY)).error())
          .isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void re12_emptyData_endsTheConnection() throws Exception {
    try (ServedHttp http = serving(Http2FramesTest::read);
        FrameClient client = FrameClient.connect(http)) {
      client.head(1, 0, request("PUT", "/"));
      for (int i = 0; i < 4; i++) {
        client.data(1, false, new byte[0]);
      }

      assertThat(Objects.requireNonNull(client.next(FrameClient.GOAWAY)).error())
          .isEqualTo(Http2Error.ENHANCE_YOUR_CALM);
      assertThat(client.isClosedByServer()).isTrue();
    }
  }
}
