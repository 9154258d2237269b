package io.stowage.registry.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stowage.registry.server.http.CompletedExchange;
import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.http.HttpServer;
import io.stowage.registry.server.http.HttpServerSettings;
import io.stowage.registry.server.http.Response;
import io.stowage.registry.server.http.ResponseBody;
import io.stowage.registry.server.http.TestCertificates;
import io.stowage.registry.server.http.TestTrust;
import io.stowage.registry.server.http.TlsSettings;
import io.stowage.registry.server.ops.HttpProbe;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Where the server is a client of TLS, it talks to hosts whose certificate names them, and to no
 * others, even if an authority that it trusts has signed.
 */
final class OutboundTlsTest {
  /** In the certificates of tests, and not. */
  private static final String NAMED = "127.0.0.1";

  private static final String UNNAMED = "127.0.0.2";

  private final TestCertificates authority = TestCertificates.authority("tests");
  private final BlockingQueue<CompletedExchange> heard = new LinkedBlockingQueue<>();
  private final SSLContext usual = usual();

  @TempDir private Path folder;

  private static SSLContext usual() {
    try {
      return SSLContext.getDefault();
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @BeforeEach
  void trust() {
    SSLContext.setDefault(TestTrust.in(authority));
  }

  @AfterEach
  void trustAsUsual() {
    SSLContext.setDefault(usual);
  }

  private HttpServer receiver(String host) throws IOException {
    TlsSettings tls = TestCertificates.settings(authority.server("receiver"));
    return HttpServer.start(
        HttpServerSettings.at(host, 0).withTls(tls),
        request -> new Response(200, Headers.EMPTY, new ResponseBody.Bytes(new byte[0])),
        heard::add);
  }

  private static String url(String host, HttpServer receiver) {
    return "https://" + host + ":" + receiver.address().getPort() + "/";
  }

  @Test
  @DisplayName("OB-9: events go to no host that shows the certificate of another")
  void events_toAHostOfAnotherName_areNotSent() throws Exception {
    String warned;
    try (HttpServer named = receiver(NAMED);
        HttpServer unnamed = receiver(UNNAMED);
        CapturedLog log = new CapturedLog()) {
      String endpoints =
          "[{name: right, url: '%s'}, {name: wrong, url: '%s'}]"
              .formatted(url(NAMED, named), url(UNNAMED, unnamed));
      Map<String, String> variables = Map.of("REGISTRY_NOTIFICATIONS_ENDPOINTS", endpoints);
      try (RunningRegistry registry = RunningRegistry.start(folder, variables)) {
        registry.client().pushBlob("a", Content.random(10));

        warned = awaitLine(log, "endpoint wrong");
        CompletedExchange right = heard.poll(20, TimeUnit.SECONDS);
        assertThat(right).isNotNull();
        assertThat(right.request().method()).isEqualTo("POST");
      }
    }
    assertThat(warned).contains(UNNAMED).containsIgnoringCase("subject alternative name");
    assertThat(heard).isEmpty();
  }

  @Test
  @DisplayName("OB-9: a host that shows the certificate of another is not healthy")
  void probe_ofAHostOfAnotherName_fails() throws Exception {
    try (HttpServer named = receiver(NAMED);
        HttpServer unnamed = receiver(UNNAMED);
        HttpClient client = HttpClient.newBuilder().build()) {
      probe(client, url(NAMED, named)).look();

      assertThatThrownBy(() -> probe(client, url(UNNAMED, unnamed)).look())
          .isInstanceOf(IOException.class)
          .hasMessageContaining(UNNAMED);
    }
    assertThat(heard).hasSize(1);
  }

  private static HttpProbe probe(HttpClient client, String url) {
    return new HttpProbe(
        client, URI.create(url), Map.of("X-Probe", List.of("a")), 200, Duration.ofSeconds(20));
  }

  private static String awaitLine(CapturedLog log, String part) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (System.nanoTime() < deadline) {
      for (String line : log.lines()) {
        if (line.contains(part)) {
          return line;
        }
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
    throw new AssertionError("not logged: " + part + ", but " + log.lines());
  }
}
