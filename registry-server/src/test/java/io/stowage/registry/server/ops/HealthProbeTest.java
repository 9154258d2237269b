package io.stowage.registry.server.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the kinds of probes take for working, over real sockets and files. */
class HealthProbeTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(50);

  private final HttpClient client = HttpClient.newHttpClient();
  private final BlockingQueue<String> asked = new ArrayBlockingQueue<>(10);
  private HttpServer server;

  @SuppressWarnings("NullAway.Init") // set before each test
  HealthProbeTest() {}

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          asked.add(
              exchange.getRequestMethod() + " " + exchange.getRequestHeaders().get("X-Probe"));
          exchange.sendResponseHeaders(
              Integer.parseInt(exchange.getRequestURI().getPath().substring(1)), -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    client.shutdownNow();
  }

  private int port() {
    return server.getAddress().getPort();
  }

  private HttpProbe http(int answered, int expected, Map<String, List<String>> headers) {
    URI uri = URI.create("http://127.0.0.1:" + port() + "/" + answered);
    return new HttpProbe(client, uri, headers, expected, TIMEOUT);
  }

  @Test
  void http_withTheRightStatus_succeeds() throws Exception {
    http(204, 204, Map.of("X-Probe", List.of("a", "b"))).look();

    assertThat(asked.take()).isEqualTo("HEAD [a, b]");
  }

  @Test
  void http_withAHeaderOfTheClient_leavesItOut() throws Exception {
    http(200, 200, Map.of("Host", List.of("elsewhere"), "X-Probe", List.of("a"))).look();

    assertThat(asked.take()).isEqualTo("HEAD [a]");
  }

  @Test
  void http_withAnotherStatus_fails() {
    HttpProbe probe = http(500, 200, Map.of());

    assertThatThrownBy(probe::look)
        .isInstanceOf(IOException.class)
        .hasMessage("unexpected status: 500 (expected: 200)");
  }

  @Test
  void http_withoutAnswer_failsInItsTime() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      URI uri = URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/");
      HttpProbe probe = new HttpProbe(client, uri, Map.of(), 200, SHORT);

      assertThatThrownBy(probe::look)
          .isInstanceOf(IOException.class)
          .hasMessageStartingWith("error while checking: ");
    }
  }

  @Test
  void http_whereNobodyListens_failsWithAReason() throws Exception {
    HttpProbe probe = http(200, 200, Map.of());
    server.stop(0);

    assertThatThrownBy(probe::look)
        .isInstanceOf(IOException.class)
        .hasMessageMatching("error while checking: .+");
  }

  @Test
  void tcp_whereSomebodyListens_succeeds() {
    assertThatCode(new TcpProbe("127.0.0.1", port(), TIMEOUT)::look).doesNotThrowAnyException();
  }

  @Test
  void tcp_whereNobodyListens_fails() {
    TcpProbe probe = new TcpProbe("127.0.0.1", port(), TIMEOUT);
    server.stop(0);

    assertThatThrownBy(probe::look)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("connection failed: ");
  }

  @Test
  void tcp_toAnUnknownHost_fails() {
    assertThatThrownBy(new TcpProbe("host.invalid", 1, TIMEOUT)::look)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("connection failed: ");
  }

  @Test
  void file_failsAsLongAsItIsThere(@TempDir Path folder) throws Exception {
    FileProbe probe = new FileProbe(folder.resolve("down"));
    probe.look();

    Files.createFile(folder.resolve("down"));
    assertThatThrownBy(probe::look).isInstanceOf(IOException.class).hasMessage("file exists");

    Files.delete(folder.resolve("down"));
    probe.look();
  }
}
