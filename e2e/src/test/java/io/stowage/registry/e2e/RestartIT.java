package io.stowage.registry.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server holds is still there in the next one on the same volume. */
class RestartIT {
  private static final String UPLOADS = "/v2/restart/app/blobs/uploads/";
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  private final Path folder;
  private RegistryProcess registry;

  RestartIT(@TempDir Path folder) {
    this.folder = folder;
    this.registry = RegistryProcess.start(folder.resolve("registry"));
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  private void startAgain() {
    registry = RegistryProcess.start(folder.resolve("registry"));
  }

  private static byte[] content(int size) {
    byte[] content = new byte[size];
    new SplittableRandom(11).nextBytes(content);
    return content;
  }

  @Test
  void upload_afterRestart_resumesWhereItStopped() throws IOException {
    byte[] content = content(3_000_000);
    int half = 1_234_567;
    String upload;
    try (HttpConnection connection = new HttpConnection(registry.address())) {
      HttpConnection.Reply started = connection.send("POST", UPLOADS);
      started.expect(202);
      HttpConnection.Reply first =
          connection.send(
              "PATCH", target(started), Arrays.copyOf(content, half), contentRange(0, half));
      first.expect(202);
      upload = target(first);
    }
    registry.close();
    startAgain();
    try (HttpConnection connection = new HttpConnection(registry.address())) {
      HttpConnection.Reply status = connection.send("GET", upload);
      status.expect(204);
      assertThat(status.header("Range")).isEqualTo("0-" + (half - 1));
      finish(connection, target(status), content, half);
      assertThat(pull(connection, content)).isEqualTo(content);
    }
  }

  @Test
  void upload_killedInTheMiddle_resumesFromWhatIsReported() throws IOException {
    byte[] content = content(8_000_000);
    String upload;
    try (HttpConnection connection = new HttpConnection(registry.address())) {
      HttpConnection.Reply started = connection.send("POST", UPLOADS);
      started.expect(202);
      upload = target(started);
      connection.begin("PATCH", upload, "Content-Type: application/octet-stream");
      connection.chunk(content, 6_000_000);
      registry.kill();
    }
    startAgain();
    try (HttpConnection connection = new HttpConnection(registry.address())) {
      HttpConnection.Reply status = connection.send("GET", upload);
      status.expect(204);
      String range = status.header("Range");
      int kept = range.equals("0-0") ? 0 : Integer.parseInt(range.substring(2)) + 1;
      assertThat(kept).isBetween(0, 6_000_000);
      finish(connection, target(status), content, kept);
      assertThat(pull(connection, content)).isEqualTo(content);
    }
  }

  @Test
  void image_serverKilledAfterPush_isServedByteForByte() throws IOException {
    ImageLayout image =
        ImageLayout.image(folder.resolve("layout"), 21, 10_000, 2_000_000, 10, 500_000);
    try (HttpConnection connection = new HttpConnection(registry.address())) {
      for (String digest : image.digests()) {
        if (!digest.equals(image.root())) {
          push(connection, image.blob(digest));
        }
      }
      connection
          .send(
              "PUT",
              "/v2/restart/app/manifests/v1",
              image.blob(image.root()),
              "Content-Type: " + MANIFEST)
          .expect(201);
      // Not one call more: the 201 is the promise.
      registry.kill();
    }
    startAgain();
    try (HttpConnection connection = new HttpConnection(registry.address())) {
      for (String digest : image.digests()) {
        if (!digest.equals(image.root())) {
          byte[] served = connection.send("GET", "/v2/restart/app/blobs/" + digest).expect(200);
          assertThat(served).isEqualTo(image.blob(digest));
        }
      }
      HttpConnection.Reply tagged =
          connection.send(
              "GET", "/v2/restart/app/manifests/v1", new byte[0], "Accept: " + MANIFEST);
      assertThat(tagged.expect(200)).isEqualTo(image.blob(image.root()));
      assertThat(tagged.header("Content-Type")).isEqualTo(MANIFEST);
    }
  }

  @Test
  void stop_whileUploadIsInFlight_letsItFinish() throws IOException {
    byte[] content = content(1_000_000);
    try (HttpConnection connection = new HttpConnection(registry.address())) {
      HttpConnection.Reply started = connection.send("POST", UPLOADS);
      started.expect(202);
      connection.begin("PUT", withDigest(target(started), content));
      connection.chunk(content, 100_000);
      CompletableFuture<Void> stopping = CompletableFuture.runAsync(registry::close);
      awaitRefusal();
      byte[] rest = Arrays.copyOfRange(content, 100_000, content.length);
      connection.chunk(rest, rest.length);
      connection.end().expect(201);
      stopping.join();
    }
    startAgain();
    try (HttpConnection connection = new HttpConnection(registry.address())) {
      assertThat(pull(connection, content)).isEqualTo(content);
    }
  }

  /** Returns once the server takes no new requests. */
  private void awaitRefusal() {
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (System.nanoTime() < deadline) {
      try (HttpConnection connection = new HttpConnection(registry.address())) {
        if (connection.send("GET", "/v2/").status() != 200) {
          return;
        }
      } catch (IOException refused) {
        return;
      }
    }
    throw new AssertionError("the server still takes requests after it was told to stop");
  }

  /** A whole blob in the two requests that every registry knows. */
  private static void push(HttpConnection connection, byte[] content) throws IOException {
    HttpConnection.Reply started = connection.send("POST", UPLOADS);
    started.expect(202);
    connection.send("PUT", withDigest(target(started), content), content).expect(201);
  }

  private static void finish(HttpConnection connection, String upload, byte[] content, int from)
      throws IOException {
    byte[] rest = Arrays.copyOfRange(content, from, content.length);
    HttpConnection.Reply appended =
        connection.send("PATCH", upload, rest, contentRange(from, content.length));
    appended.expect(202);
    assertThat(appended.header("Range")).isEqualTo("0-" + (content.length - 1));
    connection.send("PUT", withDigest(target(appended), content)).expect(201);
  }

  private static byte[] pull(HttpConnection connection, byte[] content) throws IOException {
    return connection.send("GET", "/v2/restart/app/blobs/" + Sha256.digest(content)).expect(200);
  }

  private static String contentRange(int from, int to) {
    return "Content-Range: " + from + "-" + (to - 1);
  }

  private static String withDigest(String upload, byte[] content) {
    return upload + (upload.contains("?") ? "&" : "?") + "digest=" + Sha256.digest(content);
  }

  /** Path and query of a Location, which may be absolute and may name another host. */
  private static String target(HttpConnection.Reply reply) {
    return reply.header("Location").replaceFirst("^https?://[^/]*", "");
  }
}
