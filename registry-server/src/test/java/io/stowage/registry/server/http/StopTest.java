package io.stowage.registry.server.http;

import static io.stowage.registry.server.http.ServedHttp.drain;
import static io.stowage.registry.server.http.ServedHttp.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** How a server starts and ends. */
@ParameterizedClass
@EnumSource(Wire.class)
class StopTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  private final Wire wire;

  StopTest(Wire wire) {
    this.wire = wire;
  }

  @Test
  void start_onAddressInUse_namesIt() throws Exception {
    try (ServedHttp http = wire.serve(ServedHttp::echo)) {
      int port = http.server().address().getPort();
      HttpServerSettings same = HttpServerSettings.at("127.0.0.1", port);

      assertThatThrownBy(() -> HttpServer.start(same, ServedHttp::echo, exchange -> {}))
          .isInstanceOf(IOException.class)
          .hasMessageMatching(
              "cannot listen on 127\\.0\\.0\\.1:" + port + ": [\\w ]*[Aa]ddress [\\w ]*in use.*");
    }
  }

  @Test
  void start_withoutHost_listensOnAllAddresses() throws Exception {
    try (ServedHttp http = wire.serve(HttpServerSettings.at("", 0), ServedHttp::echo);
        WireClient client = http.connect()) {
      assertThat(http.server().address().getAddress().isAnyLocalAddress()).isTrue();
      assertThat(client.get("/").status()).isEqualTo(200);
    }
  }

  @Test
  void stop_withIdleConnection_closesItAtOnce() throws Exception {
    try (ServedHttp http = wire.serve(ServedHttp::echo);
        WireClient client = http.connect()) {
      client.get("/");
      http.server().stop(LONG);

      assertThat(client.isClosedByServer()).isTrue();
      assertThatThrownBy(http::connect).isInstanceOf(ConnectException.class);
    }
  }

  @Test
  void stop_withRequestInFlight_letsItFinish() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    HttpHandler handler =
        request -> {
          begun.countDown();
          return text(200, "read " + drain(request.body()));
        };
    try (ServedHttp http = wire.serve(handler);
        WireClient client = http.connect()) {
      client.send("PUT / HTTP/1.1\nHost: test\nContent-Length: 10\n\nhello");
      begun.await();
      Thread stopping = Thread.ofVirtual().start(() -> http.server().stop(LONG));
      ServedHttp.await(() -> refusesConnections(http));
      client.send("hello");

      WireClient.WireResponse response = client.readResponse();
      assertThat(response.text()).isEqualTo("read 10");
      assertThat(response.header("Connection")).contains("close");
      assertThat(client.isClosedByServer()).isTrue();
      stopping.join();
    }
  }

  @Test
  void stop_graceOver_cutsOffWhatIsLeft() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    HttpHandler handler =
        request -> {
          begun.countDown();
          return text(200, "read " + drain(request.body()));
        };
    try (ServedHttp http = wire.serve(handler);
        WireClient client = http.connect()) {
      client.send("PUT / HTTP/1.1\nHost: test\nContent-Length: 10\n\nhello");
      begun.await();
      http.server().stop(Duration.ofMillis(50));

      assertThat(client.isClosedByServer()).isTrue();
      assertThat(http.completed(1).getFirst().status()).isEqualTo(499);
    }
  }

  @Test
  void stop_whileHandlerOutlivesItsConnection_waitsForTheHandler() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    AtomicBoolean ended = new AtomicBoolean();
    HttpHandler handler =
        request -> {
          begun.countDown();
          awaitUninterruptibly(release);
          ended.set(true);
          return text(200, "late");
        };
    try (ServedHttp http = wire.serve(handler)) {
      try (WireClient client = http.connect()) {
        client.send("PUT / HTTP/1.1\nHost: test\nContent-Length: 10\n\nhello");
        begun.await();
      }
      Thread stopping =
          Thread.ofVirtual()
              .start(
                  () -> {
                    http.server().stop(LONG);
                    assertThat(ended).isTrue();
                    stopped.countDown();
                  });
      ServedHttp.await(() -> refusesConnections(http));
      release.countDown();
      stopping.join();
      assertThat(stopped.getCount()).isZero();
    }
  }

  @Test
  void stop_twice_doesNothing() throws Exception {
    try (ServedHttp http = wire.serve(ServedHttp::echo)) {
      http.server().stop(Duration.ZERO);
      http.server().stop(Duration.ZERO);

      assertThatThrownBy(http::connect).isInstanceOf(ConnectException.class);
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean refusesConnections(ServedHttp http) {
    try (WireClient late = http.connect()) {
      return late.isClosedByServer();
    } catch (IOException refused) {
      return true;
    }
  }
}
