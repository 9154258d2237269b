package io.stowage.registry.server.http;

import static io.stowage.registry.server.http.ServedHttp.drain;
import static io.stowage.registry.server.http.ServedHttp.text;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.server.http.WireClient.WireResponse;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Which requests are understood, how large they may be, and which are refused with a status of
 * their own. Those that are in doubt have a table: {@link SmugglingTableTest}.
 */
@ParameterizedClass
@EnumSource(Wire.class)
class FramingTest {
  private static final String SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: test\r\n\r\n";

  private ServedHttp http;

  private final Wire wire;

  FramingTest(Wire wire) {
    this.wire = wire;
  }

  @BeforeEach
  void start() throws Exception {
    http =
        wire.serve(
            request ->
                text(200, request.method() + " " + request.target() + " " + drain(request.body())));
  }

  @AfterEach
  void stop() {
    assertThat(http.completed()).noneMatch(e -> e.request().path().contains("smuggled"));
    http.close();
  }

  /** Sends a request with another behind it; only the first may be answered, by an error. */
  private void assertRefused(int status, String raw) throws Exception {
    try (WireClient client = http.connect()) {
      client.sendRaw(raw + SMUGGLED);
      WireResponse response = client.readResponse();

      assertThat(response.status()).as(raw).isEqualTo(status);
      assertThat(response.header("Connection")).contains("close");
      assertThat(response.header("Content-Type")).contains("application/json");
      assertThat(response.header("Docker-Distribution-Api-Version")).contains("registry/2.0");
      assertThat(response.text())
          .startsWith("{\"errors\":[{\"code\":\"UNSUPPORTED\",\"message\":\"")
          .endsWith("\",\"detail\":null}]}\n");
      assertThat(client.isClosedByServer()).as(raw).isTrue();
    }
  }

  private void assertServed(String raw, String expected) throws Exception {
    try (WireClient client = http.connect()) {
      client.sendRaw(raw);

      assertThat(client.readResponse().text()).isEqualTo(expected);
      assertThat(client.get("/next").text()).isEqualTo("GET /next 0");
    }
  }

  private static String head(String fields) {
    return "PUT /x HTTP/1.1\r\nHost: test\r\n" + fields + "\r\n\r\n";
  }

  @Test
  @DisplayName("PF-16: HTTP/2 is not begun where it is not spoken")
  void http2Preface_whereOnlyHttp11IsSpoken_isRefused() throws Exception {
    try (WireClient client = http.connect()) {
      client.sendRaw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

      assertThat(client.readResponse().status()).isEqualTo(400);
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  @DisplayName("PF-16: an upgrade to HTTP/2 is ignored, and its body is a body")
  void upgradeToHttp2_withBody_isIgnored() throws Exception {
    assertServed(
        head("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nContent-Length: 5") + "hello",
        "PUT /x 5");
  }

  @Test
  @DisplayName("PF-16: CONNECT is not allowed")
  void connect_isNotAllowed() throws Exception {
    assertRefused(405, "CONNECT other:443 HTTP/1.1\r\nHost: other:443\r\n\r\n");
  }

  @Test
  @DisplayName("PF-16: TRACE is the router's to refuse")
  void trace_reachesTheHandler() throws Exception {
    assertServed("TRACE /t HTTP/1.1\r\nHost: test\r\n\r\n", "TRACE /t 0");
  }

  @Test
  @DisplayName("PF-16: an absolute target may name this host only")
  void absoluteForm_toThisHost_isServed() throws Exception {
    assertServed("GET http://TEST/a?b=c HTTP/1.1\r\nHost: test\r\n\r\n", "GET /a?b=c 0");
    assertServed("GET http://test HTTP/1.1\r\nHost: test\r\n\r\n", "GET / 0");
  }

  @Test
  void target_ofTwoSlashes_isAPath() throws Exception {
    assertServed("GET // HTTP/1.1\r\nHost: test\r\n\r\n", "GET // 0");
  }

  @Test
  void version_unknown_isNotSupported() throws Exception {
    assertRefused(505, "GET / HTTP/1.2\r\nHost: test\r\n\r\n");
    assertRefused(505, "GET / HTTP/3.0\r\nHost: test\r\n\r\n");
  }

  @Test
  void expectation_unknown_fails() throws Exception {
    assertRefused(417, head("Expect: 200-ok\r\nContent-Length: 5") + "hello");
  }

  @Test
  @DisplayName("RE-7: a request line of 9 KiB is too long")
  void requestLine_overLimit_isTooLong() throws Exception {
    assertRefused(414, "GET /" + "a".repeat(9 * 1024) + " HTTP/1.1\r\nHost: test\r\n\r\n");
  }

  @Test
  @DisplayName("RE-7: a request line without an end is too long")
  void requestLine_withoutEnd_isTooLong() throws Exception {
    try (WireClient client = http.connect()) {
      client.sendRaw("GET /" + "a".repeat(64 * 1024));

      assertThat(client.readResponse().status()).isEqualTo(414);
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  @DisplayName("RE-7: header fields of 64 KiB are too large")
  void headers_overLimit_areTooLarge() throws Exception {
    assertRefused(431, head("X: " + "a".repeat(64 * 1024)));
  }

  @Test
  @DisplayName("RE-7: 10,000 header fields are too many")
  void headers_tooMany_areTooLarge() throws Exception {
    StringBuilder fields = new StringBuilder();
    IntStream.range(0, 10_000).forEach(i -> fields.append("X: ").append(i).append("\r\n"));
    assertRefused(431, "GET / HTTP/1.1\r\nHost: test\r\n" + fields + "\r\n");
  }

  @Test
  void head_atItsLimits_isServed() throws Exception {
    String target = "/" + "a".repeat(8 * 1024 - 14);
    StringBuilder fields = new StringBuilder();
    IntStream.range(0, 99)
        .forEach(i -> fields.append("X: ").append("b".repeat(300)).append("\r\n"));
    assertServed(
        "GET " + target + " HTTP/1.1\r\nHost: test\r\n" + fields + "\r\n", "GET " + target + " 0");
  }

  @Test
  void chunkedBody_withTokenExtensionsAndTrailers_isRead() throws Exception {
    assertServed(
        head("Transfer-Encoding: Chunked")
            + "5;a;b=c\r\nhello\r\n00000A\r\n0123456789\r\n0;last\r\nX-Trailer: x\r\nY: y\r\n\r\n",
        "PUT /x 15");
  }

  @Test
  void request_byteByByte_isServed() throws Exception {
    try (WireClient client = http.connect()) {
      String request =
          """

          PUT /slow HTTP/1.1
          Host: test
          Transfer-Encoding: chunked

          3
          abc
          2;x=y
          de
          0
          T: t

          """;
      for (byte b : request.replace("\n", "\r\n").getBytes(ISO_8859_1)) {
        client.send(new byte[] {b});
      }

      assertThat(client.readResponse().text()).isEqualTo("PUT /slow 5");
    }
  }

  @Test
  void fields_reachTheHandlerInOrderAndUnchanged() throws Exception {
    HttpHandler handler = request -> text(200, request.headers().toString());
    try (ServedHttp served = wire.serve(handler);
        WireClient client = served.connect()) {
      client.sendRaw("GET / HTTP/1.1\r\nhost: t\r\nX-B:  1 \r\nx-a:\t\u00e92\r\nX-B: 3\r\n\r\n");

      assertThat(client.readResponse().text()).isEqualTo("[host, t, X-B, 1, x-a, \u00e92, X-B, 3]");
    }
  }

  @Test
  void refusedRequest_withParsableHead_isHeardOnceByTheListener() throws Exception {
    try (ServedHttp served = wire.serve(ServedHttp::echo);
        WireClient client = served.connect()) {
      client.send("GET http://other/ HTTP/1.1\nHost: test\n\n");
      client.readResponse();

      CompletedExchange heard = served.completed(1).getFirst();
      assertThat(heard.status()).isEqualTo(400);
      assertThat(heard.request().path()).isEqualTo("http://other/");
      assertThat(client.isClosedByServer()).isTrue();
      assertThat(served.completed()).hasSize(1);
    }
  }
}
