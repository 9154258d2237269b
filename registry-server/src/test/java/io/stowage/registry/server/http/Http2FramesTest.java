package io.stowage.registry.server.http;

import static io.stowage.registry.server.http.FrameClient.END_HEADERS;
import static io.stowage.registry.server.http.FrameClient.END_STREAM;
import static io.stowage.registry.server.http.FrameClient.fields;
import static io.stowage.registry.server.http.FrameClient.request;
import static io.stowage.registry.server.http.ServedHttp.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.codec.http2.Http2Error;
import io.stowage.registry.server.http.FrameClient.Frame;
import io.stowage.registry.server.http.FrameClient.StreamResponse;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * HTTP/2 frame by frame, without TLS: what a request is. Bodies and responses are in {@link
 * Http2BodiesTest}, how streams and connections end is in {@link Http2EndsTest}, and clients that
 * mean no good are in {@link Http2FloodTest}.
 */
class Http2FramesTest {
  @Test
  void request_byPriorKnowledge_isServed() throws Exception {
    HttpHandler handler =
        request ->
            text(
                200,
                request.version() + " " + request.target() + " " + request.headers().all("host"));
    try (ServedHttp http = ServedHttp.h2c(handler);
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
    try (ServedHttp http = ServedHttp.h2c(ServedHttp::echo);
        WireClient client = http.connect()) {
      assertThat(client.get("/a").text()).isEqualTo("GET /a");
      assertThat(client.request("PRINT", "/b").text()).isEqualTo("PRINT /b");
    }
  }

  @Test
  @DisplayName("PF-16: HTTP/2 without TLS is spoken only where it is configured")
  void preface_whereH2cIsOff_isRefused() throws Exception {
    try (ServedHttp http = ServedHttp.by(ServedHttp::echo);
        WireClient client = http.connect()) {
      client.sendRaw(FrameClient.PREFACE);

      assertThat(client.readResponse().status()).isEqualTo(400);
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  @DisplayName("PF-16: an upgrade to HTTP/2 is ignored, also where HTTP/2 is spoken")
  void upgradeToH2c_isIgnored() throws Exception {
    try (ServedHttp http = ServedHttp.h2c(ServedHttp::read);
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
  @DisplayName("PF-8, PF-13, PF-14, PF-16: a doubtful head ends its stream only")
  void doubtfulHead_isRefusedAndTheConnectionGoesOn(String what, int status, byte[] block)
      throws Exception {
    AtomicInteger handled = new AtomicInteger();
    HttpHandler handler =
        request -> {
          handled.incrementAndGet();
          return ServedHttp.echo(request);
        };
    try (ServedHttp http = ServedHttp.h2c(handler);
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
  @DisplayName("RE-7: a head that is too large is answered")
  void headTwiceTheLimit_isAnsweredBy431() throws Exception {
    try (ServedHttp http = ServedHttp.h2c(ServedHttp::echo);
        FrameClient client = FrameClient.connect(http)) {
      sendHead(client, 1, END_STREAM, request("GET", "/", "x", "a".repeat(70_000)));

      assertThat(client.response(1).status()).isEqualTo(431);
    }
  }

  @Test
  @DisplayName("RE-7: a head that is far too large ends the connection")
  void headManyTimesTheLimit_endsTheConnection() throws Exception {
    try (ServedHttp http = ServedHttp.h2c(ServedHttp::echo);
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
}
