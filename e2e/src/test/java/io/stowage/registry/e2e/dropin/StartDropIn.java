package io.stowage.registry.e2e.dropin;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.e2e.HttpConnection;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Starts the server as the test suites of other projects start registry:2: a program called {@code
 * registry} on the path, {@code serve} and a file, a port of the system's choice, and five seconds
 * for a line on standard error. Each start finds the page cache empty, if this runs as root.
 */
class StartDropIn {
  private static final Pattern LISTENING = Pattern.compile("listening on 127\\.0\\.0\\.1:(\\d+)");
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final Path DROP_CACHES = Path.of("/proc/sys/vm/drop_caches");

  private static final String BASE =
      """
      version: 0.1
      loglevel: debug
      storage:
        filesystem:
          rootdirectory: ROOT
      http:
        addr: 127.0.0.1:0
      """;

  @TempDir(factory = Scratch.class)
  Path folder;

  /** A server that was started so; closing it must end it in order. */
  private record Started(Process process, int port) implements AutoCloseable {
    void expect(int status, String method, String target, String... headers) throws IOException {
      InetAddress loopback = InetAddress.getLoopbackAddress();
      try (HttpConnection connection = new HttpConnection(new InetSocketAddress(loopback, port))) {
        connection.send(method, target, new byte[0], headers).expect(status);
      }
    }

    @Override
    public void close() {
      process.destroy();
      Process ended = process.onExit().orTimeout(60, TimeUnit.SECONDS).join();
      assertThat(ended.exitValue()).isZero();
    }
  }

  @BeforeEach
  void link() throws IOException {
    Path bin = Files.createDirectory(folder.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("registry"), Path.of(Edition.OURS.program()));
  }

  private Started start(String what, String configuration) throws IOException {
    Path file = folder.resolve("config.yaml");
    Files.writeString(file, configuration.replace("ROOT", folder.resolve("data").toString()));
    boolean cold = dropCaches();
    long start = System.nanoTime();
    String path = "PATH=" + folder.resolve("bin") + ":" + System.getenv("PATH");
    Process process =
        new ProcessBuilder("/usr/bin/env", path, "registry", "serve", file.toString()).start();
    Started started = new Started(process, port(process.errorReader()));
    Duration taken = Duration.ofNanos(System.nanoTime() - start);
    System.out.printf(
        "measured: start with %s, page cache %s: %d ms%n",
        what, cold ? "empty" : "as it was", taken.toMillis());
    assertThat(taken).isLessThan(LIMIT);
    return started;
  }

  private static boolean dropCaches() throws IOException {
    if (!Files.isWritable(DROP_CACHES)) {
      return false;
    }
    Files.writeString(DROP_CACHES, "3");
    return true;
  }

  private static int port(BufferedReader errors) throws IOException {
    StringBuilder log = new StringBuilder();
    for (String line = errors.readLine(); line != null; line = errors.readLine()) {
      log.append(line).append('\n');
      Matcher matcher = LISTENING.matcher(line);
      if (matcher.find()) {
        Thread.ofVirtual().start(() -> errors.lines().forEach(_ -> {}));
        return Integer.parseInt(matcher.group(1));
      }
    }
    throw new AssertionError("it ended without listening; its log:\n" + log);
  }

  @Test
  void serve_withLegacyLogLevel_listensInTime() throws IOException {
    try (Started server = start("loglevel", BASE)) {
      server.expect(200, "GET", "/");
      server.expect(200, "GET", "/v2/");
    }
  }

  @Test
  void serve_withKeysNobodyKnows_listensInTime() throws IOException {
    String more =
        """
          unknown: [1, 2]
        compatibility:
          schema1:
            enabled: true
        nonsense:
          a: b
        """;
    try (Started server = start("unknown keys and compatibility.schema1", BASE + more)) {
      server.expect(200, "GET", "/v2/");
    }
  }

  @Test
  void serve_withHtpasswd_listensInTimeAndTakesThePassword() throws IOException {
    Path users = Files.writeString(folder.resolve("htpasswd"), AccessRequests.USERS);
    String auth = "auth:\n  htpasswd:\n    realm: basic-realm\n    path: " + users + "\n";
    try (Started server = start("htpasswd", BASE + auth)) {
      server.expect(401, "GET", "/v2/");
      server.expect(200, "GET", "/v2/", AccessRequests.basic("alice", "secret"));
    }
  }

  @Test
  void serve_withTokens_listensInTimeAndTakesOne() throws IOException {
    Keys keys = Keys.make(folder.resolve("keys"));
    try (Started server = start("token and rootcertbundle", BASE + keys.section())) {
      server.expect(401, "GET", "/v2/");
      server.expect(200, "GET", "/v2/", keys.bearer(""));
    }
  }

  @Test
  void serve_withDeletes_listensInTimeAndDeletes() throws IOException {
    String deletes = BASE.replace("http:", "  delete:\n    enabled: true\nhttp:");
    try (Started server = start("deletes", deletes)) {
      server.expect(404, "DELETE", "/v2/a/manifests/none");
    }
  }
}
