package io.stowage.registry.notifications;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A receiver, or a proxy in front of it, that wants more than the events that are meant for it. */
class HostileReceiverTest {
  private static final QueueLimits LIMITS = new QueueLimits(1 << 20, Duration.ofDays(7));
  private static final String SECRET = "bearer-secret";

  private final ManualClock clock = new ManualClock();

  @TempDir private Path folder;

  private Notifications start(Endpoint endpoint) throws IOException {
    return Notifications.start(Queues.in(folder), Events.SOURCE, LIMITS, List.of(endpoint), clock);
  }

  private void push(Notifications notifications, String... tags) {
    for (String tag : tags) {
      notifications.accept(List.of(Events.push(tag, clock.instant())));
    }
  }

  private static Endpoint withSecretHeader(URI url) {
    Endpoint plain = TestEndpoints.at("a", url);
    return new Endpoint(
        plain.name(),
        plain.url(),
        Map.of("Authorization", List.of("Bearer " + SECRET)),
        plain.timeout(),
        plain.threshold(),
        plain.backoff(),
        Set.of(),
        Set.of(),
        null);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  @DisplayName("OB-4: a receiver sends the server nowhere else")
  void receiver_thatRedirects_isNotFollowed(int status) throws Exception {
    try (Hook other = new Hook();
        Hook hook = new Hook().redirectingTo(other.url(), status);
        Notifications notifications = start(withSecretHeader(hook.url()))) {
      push(notifications, "one", "two");

      hook.await(2);
      Hook.awaitTrue(
          () -> notifications.receivers().getFirst().pending() == 0,
          () -> notifications.receivers().toString());
      assertThat(hook.tags()).containsExactly("one", "two");
      assertThat(other.heard()).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "/hook%0d%0aX-Injected:%20y",
    "/hook?a=%0d%0aX-Injected:%20y",
    "/hook%0aX-Injected:%20y%0a%0aGET%20/smuggled%20HTTP/1.1",
    "/%2e%2e/%00/hook"
  })
  @DisplayName("OB-7: what is escaped in a URL stays escaped in the request")
  void url_withEscapedLineBreaks_isSentAsItIs(String path) throws Exception {
    try (Hook hook = new Hook();
        Notifications notifications =
            start(TestEndpoints.at("a", URI.create("http://127.0.0.1:" + hook.port() + path)))) {
      push(notifications, "one", "two");

      assertThat(hook.await(2)).hasSize(2).allMatch(heard -> heard.path().equals(path));
      assertThat(hook.heard()).noneMatch(heard -> heard.headers().containsKey("X-injected"));
    }
  }

  @Test
  @DisplayName("OB-8: a proxy is asked for a tunnel, and told no more than where to")
  void proxy_forTls_hearsOnlyTheAddress() throws Exception {
    ProxySelector before = ProxySelector.getDefault();
    try (ServerSocket proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      ProxySelector.setDefault(ProxySelector.of((InetSocketAddress) proxy.getLocalSocketAddress()));
      URI url = URI.create("https://user:" + SECRET + "@receiver.test:8443/x%0d%0aX:%20y");
      try (Notifications notifications = start(withSecretHeader(url))) {
        push(notifications, "one");

        List<String> head = headOf(proxy);
        assertThat(head.getFirst()).isEqualTo("CONNECT receiver.test:8443 HTTP/1.1");
        assertThat(head).contains("Host: receiver.test:8443");
        assertThat(head)
            .noneMatch(line -> line.contains(SECRET) || line.startsWith("Authorization"));
      }
    } finally {
      ProxySelector.setDefault(before);
    }
  }

  /** The head of the first request, which then is cut off. */
  private static List<String> headOf(ServerSocket proxy) throws IOException {
    proxy.setSoTimeout(20_000);
    try (Socket socket = proxy.accept();
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
      List<String> head = new ArrayList<>();
      for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
        head.add(line);
      }
      return head;
    }
  }
}
