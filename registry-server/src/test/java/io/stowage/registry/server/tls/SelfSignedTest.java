package io.stowage.registry.server.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SelfSignedTest {
  private static final char[] NO_PASSWORD = {};
  private static final int KEY_CERT_SIGN = 5;

  @TempDir private Path temp;

  @Test
  void make_files_areWhatTlsFilesTakes() throws Exception {
    SelfSigned made = SelfSigned.make(List.of("a.test"), 2, Pem.NOW);
    Path certificate = Files.writeString(temp.resolve("registry.crt"), made.serverPem());
    Path key = Files.writeString(temp.resolve("registry.key"), made.keyPem());
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));

    TlsMaterial read = new TlsFiles(certificate, key, null, List.of()).read(Pem.NOW);

    assertThat(read.chain()).containsExactly(made.server());
    assertThat(read.key()).isEqualTo(made.key());
    assertThat(read.warnings()).isEmpty();
    assertThat(read.notAfter()).isEqualTo(Pem.NOW.plus(Duration.ofDays(2)));
  }

  @Test
  void make_server_isAServerAndNoAuthority() throws Exception {
    X509Certificate server = SelfSigned.make(List.of("a.test"), 1, Pem.NOW).server();

    assertThat(server.getBasicConstraints()).isEqualTo(-1);
    assertThat(server.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1");
    assertThat(server.getKeyUsage()).startsWith(true).hasSize(9);
    assertThat(server.getKeyUsage()[KEY_CERT_SIGN]).isFalse();
    assertThat(server.getSigAlgName()).isEqualTo("SHA256withECDSA");
    assertThat(server.getSubjectX500Principal().getName()).isEqualTo("CN=a.test");
    assertThat(server.getNotBefore()).isBefore(Date.from(Pem.NOW));
  }

  @Test
  void make_hosts_areNamesAndAddresses() throws Exception {
    List<String> hosts = List.of("A.test", "*.b.test", "192.0.2.7", "2001:db8::1", "a.test");

    SelfSigned made = SelfSigned.make(hosts, 1, Pem.NOW);

    assertThat(made.hosts()).containsExactly("a.test", "*.b.test", "192.0.2.7", "2001:db8::1");
    assertThat(made.server().getSubjectAlternativeNames())
        .containsExactlyInAnyOrder(
            List.of(2, "a.test"),
            List.of(2, "*.b.test"),
            List.of(7, "192.0.2.7"),
            List.of(7, "2001:db8:0:0:0:0:0:1"));
  }

  @Test
  void make_noHosts_areThoseOfThisMachine() {
    assertThat(SelfSigned.make(List.of(), 1, Pem.NOW).hosts())
        .startsWith("localhost", "127.0.0.1", "::1");
  }

  @Test
  void make_nameTooLongForASubject_isAnAlternativeNameOnly() throws Exception {
    String host = "a".repeat(60) + "." + "b".repeat(60) + ".test";

    X509Certificate server = SelfSigned.make(List.of(host), 1, Pem.NOW).server();

    assertThat(server.getSubjectX500Principal().getName()).isEqualTo("CN=registry");
    assertThat(server.getSubjectAlternativeNames()).containsExactly(List.of(2, host));
  }

  @Test
  void make_twice_sharesNothing() {
    SelfSigned one = SelfSigned.make(List.of("a.test"), 1, Pem.NOW);
    SelfSigned two = SelfSigned.make(List.of("a.test"), 1, Pem.NOW);

    assertThat(one.server().getSerialNumber()).isNotEqualTo(two.server().getSerialNumber());
    assertThat(one.authority().getSubjectX500Principal())
        .isNotEqualTo(two.authority().getSubjectX500Principal());
    assertThat(one.key()).isNotEqualTo(two.key());
    assertThat(one.toString()).isEqualTo("SelfSigned[a.test]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "a.test:5000", "https://a.test", "a b", "-a", "a..b", "1.2.3", "1.2.3.400"})
  void make_whatIsNoHost_isNamed(String host) {
    assertThatThrownBy(() -> SelfSigned.make(List.of(host), 1, Pem.NOW))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("host: %s (expected: a name or an IP address, without a port)".formatted(host));
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 3651})
  void make_daysOutOfRange_areNamed(int days) {
    assertThatThrownBy(() -> SelfSigned.make(List.of("a.test"), days, Pem.NOW))
        .hasMessage("days: " + days + " (expected: 1 to 3650)");
  }

  /** With the checks of host names on, as in any client. */
  @Test
  void handshake_clientThatTrustsTheAuthority_isContent() throws Exception {
    SelfSigned made = SelfSigned.make(List.of("localhost", "127.0.0.1"), 1, Instant.now());
    HttpsServer server = serving(made);
    try {
      assertThat(get(made.authority(), "localhost", server)).isEqualTo(204);
      assertThat(get(made.authority(), "127.0.0.1", server)).isEqualTo(204);
      X509Certificate other = SelfSigned.make(List.of("localhost"), 1, Instant.now()).authority();
      assertThatThrownBy(() -> get(other, "localhost", server))
          .isInstanceOf(SSLHandshakeException.class);
    } finally {
      server.stop(0);
    }
  }

  private static HttpsServer serving(SelfSigned made) throws Exception {
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(null, NO_PASSWORD);
    keys.setKeyEntry("server", made.key(), NO_PASSWORD, new Certificate[] {made.server()});
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, NO_PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);
    HttpsServer server =
        HttpsServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(204, -1);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static int get(X509Certificate trusted, String host, HttpsServer server)
      throws Exception {
    KeyStore roots = KeyStore.getInstance("PKCS12");
    roots.load(null, NO_PASSWORD);
    roots.setCertificateEntry("ca", trusted);
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(roots);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, factory.getTrustManagers(), null);
    URI uri = URI.create("https://" + host + ":" + server.getAddress().getPort() + "/");
    try (HttpClient client =
        HttpClient.newBuilder()
            .sslContext(context)
            .connectTimeout(Duration.ofSeconds(10))
            .build()) {
      return client
          .send(
              HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(10)).build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    }
  }
}
