package io.stowage.registry.server.http;

import static io.stowage.registry.server.http.ServedHttp.drain;
import static io.stowage.registry.server.http.ServedHttp.text;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.server.http.WireClient.WireResponse;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where a message ends must be beyond doubt: everything else is refused, and nothing that was
 * smuggled behind it is answered. The ids in the names are those of the security cases.
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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Content-Length: 5\r\nTransfer-Encoding: identity",
      })
  void pf7_transferEncodingAndContentLength_areRefused(String fields) throws Exception {
    assertRefused(400, head(fields) + "0\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5\r\nContent-Length: 5",
        "Content-Length: 5, 5",
        "Content-Length: +5",
        "Content-Length: -5",
        "Content-Length: 0x5",
        "Content-Length: 5 5",
        "Content-Length:",
        "Content-Length: 9999999999999999999",
      })
  void pf8_doubtfulContentLength_isRefused(String fields) throws Exception {
    assertRefused(400, head(fields) + "hello");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Transfer-Encoding : chunked",
        "Transfer-Encoding\t: chunked",
        "X: 1\nTransfer-Encoding: chunked",
        "X: 1\rTransfer-Encoding: chunked",
        "X: 1\r\n folded",
        "X: 1\r\n\tfolded",
        " X: 1",
        ": no name",
        "no colon",
        "X y: 1",
      })
  void pf8_doubtfulField_isRefused(String fields) throws Exception {
    assertRefused(400, head(fields) + "0\r\n\r\n");
  }

  @Test
  void pf8_bareLfAfterRequestLine_isRefused() throws Exception {
    assertRefused(400, "GET / HTTP/1.1\nHost: test\r\n\r\n");
  }

  @Test
  void pf8_bareLfAtTheEndOfTheHead_isRefused() throws Exception {
    assertRefused(400, "GET / HTTP/1.1\r\nHost: test\r\n\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "chunked, xchunked",
        "xchunked",
        "gzip, chunked",
        "chunked, chunked",
        "identity",
        "chunked,",
        "chunked;q=1",
        "\u000bchunked",
        "",
        "chunked\r\nTransfer-Encoding: chunked",
        "chunked\r\n , xchunked",
      })
  void pf9_transferEncodingOtherThanChunked_isRefused(String coding) throws Exception {
    assertRefused(400, head("Transfer-Encoding: " + coding) + "0\r\n\r\n");
  }

  @Test
  void pf9_transferEncodingInHttp10_isRefused() throws Exception {
    assertRefused(
        400, "PUT / HTTP/1.0\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5;a=\"\r\n\"\r\nhello\r\n0\r\n\r\n",
        "5;a=\"b\"\r\nhello\r\n0\r\n\r\n",
        "0;a=\"\r\n\r\n",
        "5 ;a=b\r\nhello\r\n0\r\n\r\n",
        "5; a=b\r\nhello\r\n0\r\n\r\n",
        "5;\r\nhello\r\n0\r\n\r\n",
        "5;a=\r\nhello\r\n0\r\n\r\n",
        "5;=b\r\nhello\r\n0\r\n\r\n",
      })
  void pf10_oddChunkExtension_isRefused(String body) throws Exception {
    assertRefused(400, head("Transfer-Encoding: chunked") + body);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "5;a\nhello\r\n0\r\n\r\n",
        "5;a=b\nhello\r\n0\r\n\r\n",
        "5\nhello\r\n0\r\n\r\n",
        "5\rhello\r\n0\r\n\r\n",
      })
  void pf11_chunkLineWithoutCrlf_isRefused(String body) throws Exception {
    assertRefused(400, head("Transfer-Encoding: chunked") + body);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\nhello\r\n0\r\n\r\n",
        "-5\r\nhello\r\n0\r\n\r\n",
        "+5\r\nhello\r\n0\r\n\r\n",
        "0x5\r\nhello\r\n0\r\n\r\n",
        "5g\r\nhello\r\n0\r\n\r\n",
        "000000005\r\nhello\r\n0\r\n\r\n",
        "ffffffff\r\nhello\r\n0\r\n\r\n",
        "5\r\nhelloX\r\n0\r\n\r\n",
        "5\r\nhello\n0\r\n\r\n",
        "4\r\nhello\r\n0\r\n\r\n",
        "5\r\nhello\r\n0\r\nbad trailer\r\n\r\n",
        "5\r\nhello\r\n0\r\nA: b\r\n folded\r\n\r\n",
        "5\r\nhello\r\n0\r\nA: b\n\r\n",
        "5\r\nhello\r\n0\r\nA : b\r\n\r\n",
      })
  void pf12_malformedChunks_areRefused(String body) throws Exception {
    assertRefused(400, head("Transfer-Encoding: chunked") + body);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X: a\0b",
        "X\0: a",
        "X: a\u0001b",
        "X: a\u007fb",
        "X\u0001: a",
        "X: a\u000bb",
        "X\u00e9: a",
      })
  void pf13_controlCharacters_areRefused(String fields) throws Exception {
    assertRefused(400, head(fields));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET  / HTTP/1.1",
        "GET / HTTP/1.1 ",
        " GET / HTTP/1.1",
        "GET\t/ HTTP/1.1",
        "GET /a b HTTP/1.1",
        "GET / http/1.1",
        "GET / HTTP/1",
        "GET /",
        "GET",
        "GET / HTTP/1.1\0",
        "GET /\u00e9 HTTP/1.1",
        "GET /#fragment HTTP/1.1",
        "GET x HTTP/1.1",
        "G(T / HTTP/1.1",
        "\u0016\u0003\u0001\u0002",
      })
  void pf14_malformedRequestLine_isRefused(String line) throws Exception {
    assertRefused(400, line + "\r\nHost: test\r\n\r\n");
  }

  @Test
  void pf16_http2Preface_isRefused() throws Exception {
    try (WireClient client = http.connect()) {
      client.sendRaw("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

      assertThat(client.readResponse().status()).isEqualTo(400);
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void pf16_upgradeToHttp2WithBody_isIgnored() throws Exception {
    assertServed(
        head("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nContent-Length: 5") + "hello",
        "PUT /x 5");
  }

  @Test
  void pf16_connect_isNotAllowed() throws Exception {
    assertRefused(405, "CONNECT other:443 HTTP/1.1\r\nHost: other:443\r\n\r\n");
  }

  @Test
  void pf16_trace_reachesTheHandler() throws Exception {
    assertServed("TRACE /t HTTP/1.1\r\nHost: test\r\n\r\n", "TRACE /t 0");
  }

  @Test
  void pf16_absoluteFormToThisHost_isServed() throws Exception {
    assertServed("GET http://TEST/a?b=c HTTP/1.1\r\nHost: test\r\n\r\n", "GET /a?b=c 0");
    assertServed("GET http://test HTTP/1.1\r\nHost: test\r\n\r\n", "GET / 0");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://other/",
        "http://test@other/",
        "http://test:80/",
        "ftp://test/",
        "http:/test/",
        "//",
        "*"
      })
  void pf16_absoluteFormToAnotherHost_isRefused(String target) throws Exception {
    if (target.equals("//")) {
      assertServed("GET // HTTP/1.1\r\nHost: test\r\n\r\n", "GET // 0");
    } else {
      assertRefused(400, "GET " + target + " HTTP/1.1\r\nHost: test\r\n\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Host: a\r\nHost: b\r\n", "Host: a\r\nHost: a\r\n", "Host: a/b\r\n"})
  void host_missingDoubledOrOdd_isRefused(String host) throws Exception {
    assertRefused(400, "GET / HTTP/1.1\r\n" + host + "\r\n");
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
  void re7_requestLineOverLimit_isTooLong() throws Exception {
    assertRefused(414, "GET /" + "a".repeat(9 * 1024) + " HTTP/1.1\r\nHost: test\r\n\r\n");
  }

  @Test
  void re7_endlessRequestLine_isTooLong() throws Exception {
    try (WireClient client = http.connect()) {
      client.sendRaw("GET /" + "a".repeat(64 * 1024));

      assertThat(client.readResponse().status()).isEqualTo(414);
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void re7_headersOverLimit_areTooLarge() throws Exception {
    assertRefused(431, head("X: " + "a".repeat(64 * 1024)));
  }

  @Test
  void re7_tooManyHeaders_areTooLarge() throws Exception {
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
