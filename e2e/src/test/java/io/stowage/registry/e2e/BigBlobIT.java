package io.stowage.registry.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Bytes stream through a server with little memory, however many there are and from however many.
 */
class BigBlobIT {
  private static final String LITTLE_MEMORY = "-Xmx128m -XX:MaxDirectMemorySize=128m";

  /** What the options allow for heap and direct memory has to do for everything. */
  private static final long RESIDENT_LIMIT = 256L << 20;

  private static final long BIG = 6L << 30;
  private static final int PUSHES = 200;
  private static final int STALLED = 300;
  private static final long PUSH_SIZE = "1".equals(System.getenv("LONG")) ? 1L << 30 : 4L << 20;
  private static final int CHUNK = 256 * 1024;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final Path data;
  private final RegistryProcess registry;

  BigBlobIT(@TempDir Path folder) {
    data = folder.resolve("registry");
    registry = RegistryProcess.start(data, Map.of("JAVA_OPTS", LITTLE_MEMORY));
  }

  @AfterEach
  void stop() throws IOException {
    registry.close();
    assertThat(registry.log()).doesNotContain("OutOfMemoryError");
  }

  @Test
  void bigBlob_pushedAndPulled_streamsInLittleMemory() throws IOException {
    long start = System.nanoTime();
    String digest;
    try (HttpConnection connection = new HttpConnection(registry.address())) {
      digest = push(connection, "big/blob", new Pattern(1), BIG, () -> {});
    }
    long pushed = System.nanoTime();
    try (HttpConnection connection = new HttpConnection(registry.address())) {
      HttpConnection.Reply reply = connection.send("GET", "/v2/big/blob/blobs/" + digest);
      assertThat(reply.status()).isEqualTo(200);
      assertThat(reply.header("Content-Length")).isEqualTo(Long.toString(BIG));
      assertThat(digest(reply.body())).isEqualTo(digest);
    }
    long pulled = System.nanoTime();
    measured("6 GiB blob pushed at " + rate(BIG, pushed - start));
    measured("6 GiB blob pulled at " + rate(BIG, pulled - pushed));
    assertLittleMemory("after the 6 GiB blob");
  }

  @Test
  void re19_pushes_twoHundredAtOnce_streamInLittleMemory() throws Exception {
    long start = System.nanoTime();
    // Every push waits half-way until all have come that far, so that all are open at once.
    CountDownLatch halfWay = new CountDownLatch(PUSHES);
    List<Future<String>> digests = new ArrayList<>();
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < PUSHES; i++) {
        Pattern pattern = new Pattern(1000 + i);
        String repository = "many/app" + i % 10;
        digests.add(
            clients.submit(
                () -> {
                  try (HttpConnection connection = new HttpConnection(registry.address())) {
                    return push(connection, repository, pattern, PUSH_SIZE, () -> meet(halfWay));
                  } finally {
                    // One that failed must not keep the others waiting.
                    halfWay.countDown();
                  }
                }));
      }
    }
    try (HttpConnection connection = new HttpConnection(registry.address())) {
      for (int i = 0; i < PUSHES; i++) {
        String digest = digestOf(digests.get(i));
        HttpConnection.Reply reply =
            connection.send("GET", "/v2/many/app" + i % 10 + "/blobs/" + digest);
        assertThat(reply.status()).isEqualTo(200);
        assertThat(digest(reply.body())).isEqualTo(digest);
      }
    }
    long bytes = PUSHES * PUSH_SIZE;
    measured(
        "200 pushes of "
            + (PUSH_SIZE >> 20)
            + " MiB at once, with pulls, at "
            + rate(bytes, System.nanoTime() - start));
    assertLittleMemory("after 200 pushes at once");
  }

  @Test
  void stalledClients_inHundreds_leaveOthersUnharmed() throws IOException {
    String digest;
    try (HttpConnection connection = new HttpConnection(registry.address())) {
      digest = push(connection, "stalled/pulled", new Pattern(2), 32L << 20, () -> {});
    }
    List<HttpConnection> stalled = new ArrayList<>();
    try {
      byte[] chunk = new byte[CHUNK];
      for (int i = 0; i < STALLED; i++) {
        HttpConnection pull = new HttpConnection(registry.address());
        stalled.add(pull);
        // The head alone; the body fills the buffers in between and then waits.
        assertThat(pull.send("GET", "/v2/stalled/pulled/blobs/" + digest).status()).isEqualTo(200);

        HttpConnection push = new HttpConnection(registry.address());
        stalled.add(push);
        HttpConnection.Reply started = push.send("POST", "/v2/stalled/pushed/blobs/uploads/");
        started.expect(202);
        push.begin("PATCH", target(started), "Content-Type: application/octet-stream");
        push.chunk(chunk, CHUNK);
      }
      long start = System.nanoTime();
      try (HttpConnection connection = new HttpConnection(registry.address())) {
        push(connection, "stalled/pushed", new Pattern(3), 64L << 20, () -> {});
      }
      measured("64 MiB pushed beside 600 stalled at " + rate(64L << 20, System.nanoTime() - start));
      assertLittleMemory("with 300 stalled pulls and 300 stalled pushes");
    } finally {
      for (HttpConnection connection : stalled) {
        connection.close();
      }
    }
  }

  private static String digestOf(Future<String> push) throws InterruptedException {
    try {
      return push.get();
    } catch (ExecutionException e) {
      throw new AssertionError("a push failed", e);
    }
  }

  private static void meet(CountDownLatch point) {
    point.countDown();
    try {
      point.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Pushes as the docker engine does: POST, one streamed PATCH, closing PUT. */
  private static String push(
      HttpConnection connection, String repository, Pattern pattern, long size, Runnable halfWay)
      throws IOException {
    HttpConnection.Reply started = connection.send("POST", "/v2/" + repository + "/blobs/uploads/");
    started.expect(202);
    connection.begin("PATCH", target(started), "Content-Type: application/octet-stream");
    MessageDigest digest = Sha256.start();
    byte[] chunk = new byte[CHUNK];
    for (long sent = 0; sent < size; sent += CHUNK) {
      if (sent == size / 2) {
        halfWay.run();
      }
      pattern.fill(chunk);
      digest.update(chunk);
      connection.chunk(chunk, CHUNK);
    }
    HttpConnection.Reply received = connection.end();
    received.expect(202);
    assertThat(received.header("Range")).isEqualTo("0-" + (size - 1));
    String upload = target(received);
    String name = Sha256.finish(digest);
    connection
        .send("PUT", upload + (upload.contains("?") ? "&" : "?") + "digest=" + name)
        .expect(201);
    return name;
  }

  private static String digest(InputStream body) throws IOException {
    MessageDigest digest = Sha256.start();
    byte[] buffer = new byte[CHUNK];
    for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
      digest.update(buffer, 0, read);
    }
    return Sha256.finish(digest);
  }

  private static String target(HttpConnection.Reply reply) {
    return reply.header("Location").replaceFirst("^https?://[^/]*", "");
  }

  private void assertLittleMemory(String when) throws IOException {
    long peak = registry.peakResidentBytes();
    measured("peak resident " + when + ": " + (peak >> 20) + " MiB");
    assertThat(peak).isLessThan(RESIDENT_LIMIT);
  }

  private static String rate(long bytes, long nanos) {
    return "%.0f MB/s".formatted(bytes * 1e3 / nanos);
  }

  private static void measured(String what) {
    System.out.println("measured: " + what);
  }

  /** Endless bytes that do not repeat (xorshift64), cheap enough not to be what is measured. */
  private static final class Pattern {
    private long state;

    Pattern(long seed) {
      state = seed * 0x9E3779B97F4A7C15L;
    }

    void fill(byte[] bytes) {
      for (int i = 0; i < bytes.length; i += Long.BYTES) {
        state ^= state << 13;
        state ^= state >>> 7;
        state ^= state << 17;
        LONGS.set(bytes, i, state);
      }
    }
  }
}
