package io.stowage.registry.server.http;

import static io.stowage.registry.server.http.FrameClient.request;
import static io.stowage.registry.server.http.ServedHttp.drain;
import static io.stowage.registry.server.http.ServedHttp.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.Http2Error;
import io.stowage.registry.server.http.FrameClient.Frame;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How streams and connections of HTTP/2 end: by clients, by deadlines, and by a stop. */
class Http2EndsTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration SHORT = Duration.ofMillis(80);

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
    try (ServedHttp http = ServedHttp.h2c(handler);
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
    try (ServedHttp http = ServedHttp.h2c(request -> response);
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
          return ServedHttp.read(request);
        };
    try (ServedHttp http = ServedHttp.h2c(handler);
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
          return ServedHttp.read(request);
        };
    try (ServedHttp http = ServedHttp.h2c(handler);
        FrameClient client = FrameClient.connect(http)) {
      client.head(1, 0, request("PUT", "/a"));
      begun.await();
      http.server().stop(Duration.ofMillis(50));

      assertThat(client.isClosedByServer()).isTrue();
      assertThat(http.completed(1).getFirst().status()).isEqualTo(499);
    }
  }

  @Test
  @DisplayName("RE-6: an idle connection is closed")
  void idleConnection_isClosedWithGoAway() throws Exception {
    try (ServedHttp http =
            ServedHttp.h2c(ServedHttp.settings(LONG, SHORT, LONG), ServedHttp::echo);
        FrameClient client = FrameClient.connect(http)) {
      client.get(1, "/").response(1);

      Frame goAway = Objects.requireNonNull(client.next(FrameClient.GOAWAY));
      assertThat(goAway.error()).isEqualTo(Http2Error.NO_ERROR);
      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  @DisplayName("RE-5: part of a frame is not waited for")
  void partOfAFrame_isNotWaitedForLong() throws Exception {
    try (ServedHttp http =
            ServedHttp.h2c(ServedHttp.settings(SHORT, LONG, LONG), ServedHttp::echo);
        FrameClient client = FrameClient.connect(http)) {
      client.get(1, "/").response(1);
      client.send(new byte[] {0, 0, 100, FrameClient.HEADERS, 5, 0, 0, 0});

      assertThat(client.isClosedByServer()).isTrue();
    }
  }

  @Test
  @DisplayName("RE-5: a preface alone is not waited for")
  void prefaceWithoutSettings_isNotWaitedForLong() throws Exception {
    try (ServedHttp http =
            ServedHttp.h2c(ServedHttp.settings(SHORT, LONG, LONG), ServedHttp::echo);
        WireClient client = http.connect()) {
      client.sendRaw(FrameClient.PREFACE);
      byte[] settings = new byte[1000];
      while (client.read(settings) >= 0) {
        // the server's own settings
      }
    }
  }

  @Test
  @DisplayName("RE-6: a body that stalls ends its stream")
  void stalledBody_endsItsStreamOnly() throws Exception {
    try (ServedHttp http =
            ServedHttp.h2c(ServedHttp.settings(LONG, LONG, SHORT), ServedHttp::read);
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
  @DisplayName("RE-6: the rest of a body that nobody wants is not waited for long")
  void restOfABodyThatNobodyWants_endsItsStreamOnly() throws Exception {
    try (ServedHttp http =
            ServedHttp.h2c(ServedHttp.settings(LONG, LONG, SHORT), ServedHttp::echo);
        FrameClient client = FrameClient.connect(http)) {
      client.head(1, 0, request("PUT", "/", "content-length", "10")).data(1, false, new byte[5]);

      assertThat(client.response(1).status()).isEqualTo(200);
      Frame reset = Objects.requireNonNull(client.next(FrameClient.RST_STREAM));
      assertThat(reset.error()).isEqualTo(Http2Error.NO_ERROR);
      assertThat(client.get(3, "/next").response(3).text()).isEqualTo("GET /next");
    }
  }

  @Test
  @DisplayName("RE-6: a response that nobody reads ends its stream")
  void responseThatNobodyReads_endsItsStreamOnly() throws Exception {
    byte[] large = new byte[10_000_000];
    HttpHandler handler =
        request ->
            request.path().equals("/large")
                ? new Response(200, Headers.EMPTY, new ResponseBody.Bytes(large))
                : ServedHttp.echo(request);
    try (ServedHttp http = ServedHttp.h2c(ServedHttp.settings(LONG, LONG, SHORT), handler);
        FrameClient client = FrameClient.connect(http, FrameClient.INITIAL_WINDOW_SIZE, 100)) {
      client.get(1, "/large");

      Frame reset = Objects.requireNonNull(client.next(FrameClient.RST_STREAM));
      assertThat(reset.error()).isEqualTo(Http2Error.CANCEL);
      assertThat(http.completed(1).getFirst().status()).isEqualTo(200);
      assertThat(client.get(3, "/next").response(3).text()).isEqualTo("GET /next");
    }
  }
}
