package io.stowage.registry.server.http;

import static io.stowage.registry.server.http.ServedHttp.drain;
import static io.stowage.registry.server.http.ServedHttp.text;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Slow handlers and slow clients cost time, not memory. */
@ParameterizedClass
@EnumSource(Wire.class)
class BackPressureTest {
  private static final int MIB = 1024 * 1024;

  private final Wire wire;

  BackPressureTest(Wire wire) {
    this.wire = wire;
  }

  @Test
  void re6_slowHandler_stopsTheReading() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    HttpHandler handler =
        request -> {
          ServedHttp.await(() -> goOn.getCount() == 0);
          return text(200, "" + drain(request.body()));
        };
    try (ServedHttp http = wire.serve(handler);
        WireClient client = http.connect()) {
      AtomicLong sent = new AtomicLong();
      Thread sender = Thread.ofVirtual().start(() -> upload(client, 64 * MIB, sent));
      awaitStandstill(sent);

      assertThat(sent.get()).isLessThan(64L * MIB);
      assertThat(http.server().heldBytes()).isBetween(1L, 2L * Budget.MAX_PER_EXCHANGE);
      goOn.countDown();
      assertThat(client.readResponse().text()).isEqualTo("" + 64 * MIB);
      sender.join();
    }
  }

  @Test
  void re19_manyUploadsAtOnce_stayWithinTheBudget() throws Exception {
    int uploads = 60;
    int limit = 8 * MIB;
    CountDownLatch goOn = new CountDownLatch(1);
    HttpHandler handler =
        request -> {
          ServedHttp.await(() -> goOn.getCount() == 0);
          return text(200, "" + drain(request.body()));
        };
    try (ServedHttp http = wire.serve(ServedHttp.settings(), handler, new Budget(limit))) {
      AtomicLong sent = new AtomicLong();
      AtomicInteger succeeded = new AtomicInteger();
      List<Thread> clients = new ArrayList<>();
      for (int i = 0; i < uploads; i++) {
        clients.add(
            Thread.ofVirtual().start(() -> succeeded.addAndGet(pushOnce(http, 8 * MIB, sent))));
      }
      awaitStandstill(sent);

      assertThat(http.server().heldBytes()).isBetween(1L, (long) limit);
      goOn.countDown();
      for (Thread client : clients) {
        client.join();
      }
      assertThat(succeeded).hasValue(uploads);
      assertThat(http.server().reservedBufferBytes()).isLessThan(4L * limit);
    }
  }

  @Test
  void tinyChunks_doNotPinLargeBuffers() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    HttpHandler handler =
        request -> {
          ServedHttp.await(() -> goOn.getCount() == 0);
          return text(200, "" + drain(request.body()));
        };
    try (ServedHttp http = wire.serve(handler);
        WireClient client = http.connect()) {
      client.send("PUT / HTTP/1.1\nHost: test\nTransfer-Encoding: chunked\n\n");
      for (int i = 0; i < 1000; i++) {
        client.send("1\nx\n");
      }
      client.send("0\n\n");
      ServedHttp.await(() -> http.server().heldBytes() == 1000);
      goOn.countDown();

      assertThat(client.readResponse().text()).isEqualTo("1000");
    }
  }

  @Test
  void largeBody_arrivesInLargeChunks() throws Exception {
    AtomicInteger largest = new AtomicInteger();
    HttpHandler handler =
        request -> {
          for (ByteBuffer chunk = request.body().next();
              chunk != null;
              chunk = request.body().next()) {
            largest.accumulateAndGet(chunk.remaining(), Math::max);
          }
          return text(200, "ok");
        };
    try (ServedHttp http = wire.serve(handler);
        WireClient client = http.connect()) {
      upload(client, 64 * MIB, new AtomicLong());

      assertThat(client.readResponse().text()).isEqualTo("ok");
      // A record of TLS has 16 KiB at most.
      int large = wire == Wire.TLS ? 8 * 1024 : 64 * 1024;
      assertThat(largest.get()).isBetween(large, Budget.MAX_PER_EXCHANGE);
    }
  }

  @Test
  void pipelinedFlood_isNotBuffered() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    HttpHandler handler =
        request -> {
          ServedHttp.await(() -> goOn.getCount() == 0);
          return text(200, "ok");
        };
    try (ServedHttp http = wire.serve(handler);
        WireClient client = http.connect()) {
      AtomicLong sent = new AtomicLong();
      byte[] requests = "GET / HTTP/1.1\r\nHost: t\r\n\r\n".repeat(1000).getBytes(US_ASCII);
      Thread sender =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      while (sent.get() < 256L * MIB) {
                        client.send(requests);
                        sent.addAndGet(requests.length);
                      }
                    } catch (IOException closed) {
                      sent.set(-1);
                    }
                  });
      awaitStandstill(sent);

      assertThat(sent.get()).isBetween(1L, 64L * MIB);
      assertThat(http.server().usedBufferBytes()).isLessThan(2L * MIB);
      client.reset();
      sender.join();
      goOn.countDown();
    }
  }

  /** Waits until a count has stood still for a while: the peer takes no more. */
  private static void awaitStandstill(AtomicLong count) {
    long[] seen = {count.get(), System.nanoTime()};
    ServedHttp.await(
        () -> {
          long now = System.nanoTime();
          if (count.get() != seen[0] || seen[0] == 0) {
            seen[0] = count.get();
            seen[1] = now;
          }
          return now - seen[1] > 300_000_000L;
        });
  }

  private static int pushOnce(ServedHttp http, int bytes, AtomicLong sent) {
    try (WireClient client = http.connect()) {
      upload(client, bytes, sent);
      return client.readResponse().text().equals("" + bytes) ? 1 : 0;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void upload(WireClient client, int bytes, AtomicLong sent) {
    byte[] piece = new byte[64 * 1024];
    try {
      client.send("PUT / HTTP/1.1\nHost: test\nContent-Length: " + bytes + "\n\n");
      for (int left = bytes; left > 0; left -= piece.length) {
        client.send(piece);
        sent.addAndGet(piece.length);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
