package io.stowage.registry.server.http;

import static io.stowage.registry.server.http.ServedHttp.echo;
import static io.stowage.registry.server.http.ServedHttp.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.server.http.WireClient.WireResponse;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Which connections go on after a response, and in which order requests are answered. */
@ParameterizedClass
@EnumSource(Wire.class)
class KeepAliveTest {
  private final Wire wire;

  KeepAliveTest(Wire wire) {
    this.wire = wire;
  }

  @Test
  void request_afterAnother_isServedOnTheSameConnection() throws Exception {
    try (ServedHttp http = wire.serve(ServedHttp::echo);
        WireClient client = http.connect()) {
      WireResponse first = client.get("/a?x=1");
      WireResponse second = client.get("/b");

      assertThat(first.text()).isEqualTo("GET /a?x=1");
      assertThat(first.header("Connection")).isEmpty();
      assertThat(first.header("Date")).isPresent();
      assertThat(second.text()).isEqualTo("GET /b");
    }
  }

  @Test
  void requests_pipelined_areAnsweredInOrderOneAtATime() throws Exception {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    HttpHandler handler =
        request -> {
          most.accumulateAndGet(running.incrementAndGet(), Math::max);
          running.decrementAndGet();
          return echo(request);
        };
    try (ServedHttp http = wire.serve(handler);
        WireClient client = http.connect()) {
      StringBuilder requests = new StringBuilder();
      IntStream.range(0, 200)
          .forEach(i -> requests.append("GET /" + i + " HTTP/1.1\nHost: test\n\n"));
      client.send(requests.toString());

      for (int i = 0; i < 200; i++) {
        assertThat(client.readResponse().text()).isEqualTo("GET /" + i);
      }
      assertThat(most).hasValue(1);
    }
  }

  @Test
  void request_withConnectionClose_isTheLast() throws Exception {
    try (ServedHttp http = wire.serve(ServedHttp::echo);
        WireClient client = http.connect()) {
      client.send("GET / HTTP/1.1\nHost: test\nConnection: close\n\n");

      assertThat(client.readResponse().header("Connection")).contains("close");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void http10_withoutKeepAlive_isTheLast() throws Exception {
    try (ServedHttp http = wire.serve(ServedHttp::echo);
        WireClient client = http.connect()) {
      client.send("GET / HTTP/1.0\n\n");

      assertThat(client.readResponse().header("Connection")).contains("close");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void http10_withKeepAlive_goesOnAndSaysSo() throws Exception {
    try (ServedHttp http = wire.serve(ServedHttp::echo);
        WireClient client = http.connect()) {
      for (int i = 0; i < 2; i++) {
        client.send("GET /%d HTTP/1.0\nConnection: keep-alive\n\n".formatted(i));
        WireResponse response = client.readResponse();
        assertThat(response.header("Connection")).contains("keep-alive");
        assertThat(response.text()).isEqualTo("GET /" + i);
      }
    }
  }

  @Test
  void response_beforeSmallBodyWasRead_keepsTheConnection() throws Exception {
    try (ServedHttp http = wire.serve(request -> text(404, request.path()));
        WireClient client = http.connect()) {
      client.send("PUT /small HTTP/1.1\nHost: test\nContent-Length: 100000\n\n");
      WireResponse response = client.readResponse();
      client.send(new byte[100_000]);

      assertThat(response.status()).isEqualTo(404);
      assertThat(response.header("Connection")).isEmpty();
      assertThat(client.get("/next").text()).isEqualTo("/next");
    }
  }

  @Test
  void response_beforeLargeBodyWasRead_isReadableAndTheLast() throws Exception {
    try (ServedHttp http = wire.serve(request -> text(404, request.path()));
        WireClient client = http.connect()) {
      client.send("PUT /large HTTP/1.1\nHost: test\nContent-Length: 100000000\n\n");
      client.send(new byte[900_000]);
      WireResponse response = client.readResponse();

      assertThat(response.status()).isEqualTo(404);
      assertThat(response.header("Connection")).contains("close");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void response_beforeChunkedBodyWasRead_isTheLast() throws Exception {
    try (ServedHttp http = wire.serve(request -> text(404, request.path()));
        WireClient client = http.connect()) {
      client.send("PUT /c HTTP/1.1\nHost: test\nTransfer-Encoding: chunked\n\n5\nhello\n");
      WireResponse response = client.readResponse();

      assertThat(response.header("Connection")).contains("close");
      assertThat(client.isClosedByServer()).isTrue();
    }
  }
}
