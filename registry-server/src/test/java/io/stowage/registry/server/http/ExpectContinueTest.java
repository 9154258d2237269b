package io.stowage.registry.server.http;

import static io.stowage.registry.server.http.ServedHttp.drain;
import static io.stowage.registry.server.http.ServedHttp.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.server.http.WireClient.WireResponse;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A client that asks before it sends a body (RFC 9110, section 10.1.1; PF-17). */
@ParameterizedClass
@EnumSource(Wire.class)
class ExpectContinueTest {
  private static final String ASKING =
      """
      PUT /upload HTTP/1.1
      Host: test
      Content-Length: 5
      Expect: 100-continue

      """;

  private final Wire wire;

  ExpectContinueTest(Wire wire) {
    this.wire = wire;
  }

  private static Response read(Request request) throws IOException {
    return text(201, "read " + drain(request.body()));
  }

  @Test
  void expectation_handlerReadsTheBody_isAnsweredBy100First() throws Exception {
    try (ServedHttp http = wire.serve(ExpectContinueTest::read);
        WireClient client = http.connect()) {
      client.send(ASKING);
      WireResponse interim = client.readResponse();
      client.send("hello");

      assertThat(interim.statusLine()).isEqualTo("HTTP/1.1 100 Continue");
      assertThat(interim.fields()).isEmpty();
      assertThat(client.readResponse().text()).isEqualTo("read 5");
      assertThat(client.get("/next").text()).isEqualTo("read 0");
    }
  }

  @Test
  void pf17_handlerRefuses_isAnsweredWithout100AndClosed() throws Exception {
    try (ServedHttp http = wire.serve(request -> text(401, "no"));
        WireClient client = http.connect()) {
      client.send(ASKING.replace("Length: 5", "Length: 10000000000"));
      WireResponse response = client.readResponse();

      assertThat(response.status()).isEqualTo(401);
      assertThat(response.header("Connection")).contains("close");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void expectation_smallBodyUnread_isNotDrained() throws Exception {
    try (ServedHttp http = wire.serve(request -> text(401, "no"));
        WireClient client = http.connect()) {
      client.send(ASKING);
      WireResponse response = client.readResponse();

      assertThat(response.header("Connection")).contains("close");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void expectation_bodyComesWithoutWaiting_isReadWithout100() throws Exception {
    CountDownLatch sent = new CountDownLatch(1);
    HttpHandler handler =
        request -> {
          ServedHttp.await(() -> sent.getCount() == 0);
          return read(request);
        };
    try (ServedHttp http = wire.serve(handler);
        WireClient client = http.connect()) {
      client.send(ASKING + "hello");
      ServedHttp.await(() -> http.server().heldBytes() == 5);
      sent.countDown();

      assertThat(client.readResponse().text()).isEqualTo("read 5");
    }
  }

  @Test
  void expectation_chunkedBody_isAnsweredBy100() throws Exception {
    try (ServedHttp http = wire.serve(ExpectContinueTest::read);
        WireClient client = http.connect()) {
      client.send(ASKING.replace("Content-Length: 5", "Transfer-Encoding: chunked"));
      assertThat(client.readResponse().status()).isEqualTo(100);
      client.send("5\nhello\n0\n\n");

      assertThat(client.readResponse().text()).isEqualTo("read 5");
    }
  }

  @Test
  void expectation_withoutBody_isIgnored() throws Exception {
    try (ServedHttp http = wire.serve(ExpectContinueTest::read);
        WireClient client = http.connect()) {
      client.send(ASKING.replace("Length: 5", "Length: 0"));

      assertThat(client.readResponse().text()).isEqualTo("read 0");
    }
  }

  @Test
  void expectation_inHttp10_isIgnored() throws Exception {
    try (ServedHttp http = wire.serve(ExpectContinueTest::read);
        WireClient client = http.connect()) {
      client.send(ASKING.replace("HTTP/1.1", "HTTP/1.0") + "hello");

      assertThat(client.readResponse().text()).isEqualTo("read 5");
    }
  }
}
