package io.stowage.registry.server.http;

import static io.stowage.registry.server.http.ServedHttp.drain;
import static io.stowage.registry.server.http.ServedHttp.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.server.http.WireClient.WireResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody may hold a connection, a thread or memory by being slow. */
@ParameterizedClass
@EnumSource(Wire.class)
class TimeoutTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  private final Wire wire;
  private final Duration shortly;

  TimeoutTest(Wire wire) {
    this.wire = wire;
    this.shortly = wire.shortTimeout();
  }

  @Test
  void re5_headTooSlow_isAnsweredBy408AndClosed() throws Exception {
    try (ServedHttp http = wire.serve(ServedHttp.settings(shortly, LONG, LONG), ServedHttp::echo);
        WireClient client = http.connect()) {
      client.sendRaw("GET / HTTP/1.1\r\nHo");

      assertThat(client.readResponse().status()).isEqualTo(408);
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void re5_headThatTricklesOn_isAnsweredBy408() throws Exception {
    try (ServedHttp http = wire.serve(ServedHttp.settings(shortly, LONG, LONG), ServedHttp::echo);
        WireClient client = http.connect()) {
      client.get("/first");
      client.sendRaw("GET / HTTP/1.1\r\nX: ");
      long deadline = System.nanoTime() + shortly.toNanos();
      for (int sent = 0; sent < 1000 && System.nanoTime() < deadline; sent++) {
        client.sendRaw("a");
      }

      assertThat(client.readResponse().status()).isEqualTo(408);
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void re6_idleConnection_isClosedInSilence() throws Exception {
    try (ServedHttp http = wire.serve(ServedHttp.settings(LONG, shortly, LONG), ServedHttp::echo);
        WireClient fresh = http.connect();
        WireClient used = http.connect()) {
      used.get("/");

      assertThat(fresh.isClosedByServer()).isTrue();
      assertThat(used.isClosedByServer()).isTrue();
    }
  }

  @Test
  void re6_stalledBody_endsTheHandlerAndTheConnection() throws Exception {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    HttpHandler handler =
        request -> {
          try {
            return text(200, "" + drain(request.body()));
          } catch (ClientGoneException gone) {
            thrown.set(gone);
            throw gone;
          }
        };
    try (ServedHttp http = wire.serve(ServedHttp.settings(LONG, LONG, shortly), handler);
        WireClient client = http.connect()) {
      client.send("PUT / HTTP/1.1\nHost: test\nContent-Length: 10\n\nhello");

      WireResponse response = client.readResponse();
      assertThat(response.status()).isEqualTo(408);
      assertThat(response.text()).contains("\"errors\":[{");
      assertThat(client.isClosedByServer()).isTrue();
      assertThat(http.completed(1).getFirst().status()).isEqualTo(408);
      assertThat(thrown.get()).hasMessageContaining("too slowly");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Content-Length: 10000000", "Transfer-Encoding: chunked"})
  void re6_bodyThatTrickles_isAnsweredBy408(String framing) throws Exception {
    Limits limits = ServedHttp.limits(LONG, LONG, shortly, 1024L * 1024 * 1024);
    HttpHandler handler = request -> text(200, "" + drain(request.body()));
    try (ServedHttp http = wire.serve(ServedHttp.settings().withLimits(limits), handler);
        WireClient client = http.connect()) {
      client.send("PUT / HTTP/1.1\nHost: test\n" + framing + "\n\n");
      Thread trickle = Thread.ofVirtual().start(() -> sendChunksUntilClosed(client));

      assertThat(client.readResponse().status()).isEqualTo(408);
      client.reset();
      trickle.join();
    }
  }

  /** A chunk of one byte, or six bytes of a body that says its length. */
  private static void sendChunksUntilClosed(WireClient client) {
    try {
      while (true) {
        client.send("1\nx\n");
        LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
      }
    } catch (IOException closed) {
      // what it waits for
    }
  }

  @Test
  void re6_restOfABodyThatNobodyWants_isNotWaitedForLong() throws Exception {
    try (ServedHttp http = wire.serve(ServedHttp.settings(LONG, LONG, shortly), ServedHttp::echo);
        WireClient client = http.connect()) {
      client.send("PUT / HTTP/1.1\nHost: test\nContent-Length: 10\n\nhello");

      assertThat(client.readResponse().status()).isEqualTo(200);
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  void re6_responseThatNobodyReads_endsTheConnection() throws Exception {
    byte[] large = new byte[32 * 1024 * 1024];
    Response response = new Response(200, Headers.EMPTY, new ResponseBody.Bytes(large));
    try (ServedHttp http =
            wire.serve(ServedHttp.settings(LONG, LONG, shortly), request -> response);
        WireClient client = http.connect(4096)) {
      client.send("GET / HTTP/1.1\nHost: test\n\n");

      CompletedExchange stalled = http.completed(1).getFirst();
      assertThat(stalled.status()).isEqualTo(200);
      assertThat(stalled.bytesSent()).isLessThan(large.length);
    }
  }

  @Test
  void handlerThatTakesLong_isLeftAlone() throws Exception {
    HttpHandler handler =
        request -> {
          long until = System.nanoTime() + shortly.multipliedBy(4).toNanos();
          ServedHttp.await(() -> System.nanoTime() > until);
          return text(200, "done");
        };
    try (ServedHttp http = wire.serve(ServedHttp.settings(shortly, shortly, shortly), handler);
        WireClient client = http.connect()) {
      assertThat(client.get("/").text()).isEqualTo("done");
    }
  }

  @Test
  void clientThatGoesAway_isNoticedInTheBody() throws Exception {
    CountDownLatch reading = new CountDownLatch(1);
    HttpHandler handler =
        request -> {
          request.body().next();
          reading.countDown();
          return text(200, "" + drain(request.body()));
        };
    try (ServedHttp http = wire.serve(handler);
        WireClient client = http.connect()) {
      client.send("PUT / HTTP/1.1\nHost: test\nContent-Length: 10\n\nhello");
      reading.await();
      client.reset();

      assertThat(http.completed(1).getFirst().status()).isEqualTo(499);
    }
  }
}
