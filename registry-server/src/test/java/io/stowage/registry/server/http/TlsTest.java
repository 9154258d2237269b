package io.stowage.registry.server.http;

import static io.stowage.registry.server.http.ServedHttp.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stowage.registry.server.http.TestCertificates.Owned;
import io.stowage.registry.server.http.TlsSettings.ClientAuth;
import io.stowage.registry.server.http.WireClient.WireResponse;
import java.io.IOException;
import java.net.SocketException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Handshakes: what is spoken, who is let in, and what changes while the server runs. */
class TlsTest {
  private static final TestCertificates AUTHORITY = TestCertificates.authority("right");
  private static final TestCertificates FOREIGN = TestCertificates.authority("foreign");
  private static final Owned SERVER = AUTHORITY.server("localhost");
  private static final SSLContext CLIENT = TestTrust.in(AUTHORITY);

  @TempDir Path folder;

  private static TlsSettings settings(ClientAuth clientAuth) {
    return new TlsSettings(
        List.of(SERVER.certificate()),
        SERVER.key(),
        List.of(AUTHORITY.root()),
        clientAuth,
        false,
        List.of());
  }

  private static TlsSettings settings(Owned server, boolean tls13Only, List<String> suites) {
    return new TlsSettings(
        List.of(server.certificate()), server.key(), List.of(), ClientAuth.NONE, tls13Only, suites);
  }

  private static ServedHttp serving(TlsSettings tls, HttpHandler handler, SSLContext client)
      throws IOException {
    return ServedHttp.by(ServedHttp.settings().withTls(tls), handler, client);
  }

  private static ServedHttp serving(TlsSettings tls) throws IOException {
    return serving(tls, ServedHttp::echo, CLIENT);
  }

  /** Shakes hands as this client can, and answers what was agreed. */
  private static SSLSession handshake(
      ServedHttp http, SSLContext client, List<String> protocols, List<String> suites)
      throws IOException {
    try (SSLSocket socket =
        (SSLSocket)
            client
                .getSocketFactory()
                .createSocket("127.0.0.1", http.server().address().getPort())) {
      socket.setSoTimeout(20_000);
      socket.setEnabledProtocols(protocols.toArray(String[]::new));
      if (!suites.isEmpty()) {
        socket.setEnabledCipherSuites(suites.toArray(String[]::new));
      }
      socket.startHandshake();
      return socket.getSession();
    }
  }

  @Test
  void request_isServedAndKnownToBeSecure() throws Exception {
    HttpHandler handler =
        request -> text(200, request.secure() + " " + request.clientCertificate());
    try (ServedHttp http = serving(settings(ClientAuth.NONE), handler, CLIENT);
        WireClient client = http.connect()) {
      assertThat(client.get("/").text()).isEqualTo("true null");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void handshake_withEitherVersion_succeeds(String version) throws Exception {
    try (ServedHttp http = serving(settings(ClientAuth.NONE))) {
      assertThat(handshake(http, CLIENT, List.of(version), List.of()).getProtocol())
          .isEqualTo(version);
    }
  }

  @Test
  void handshake_below13_isRefusedWhereThatIsTheMinimum() throws Exception {
    try (ServedHttp http = serving(settings(SERVER, true, List.of()))) {
      assertThatThrownBy(() -> handshake(http, CLIENT, List.of("TLSv1.2"), List.of()))
          .isInstanceOf(SSLException.class);
      assertThat(handshake(http, CLIENT, List.of("TLSv1.3"), List.of()).getProtocol())
          .isEqualTo("TLSv1.3");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, true",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, true",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, true",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA, false",
    "TLS_RSA_WITH_AES_128_GCM_SHA256, false",
  })
  void defaultCipherSuites_haveForwardSecrecyAndAuthenticatedEncryption(
      String suite, boolean accepted) throws Exception {
    try (ServedHttp http = serving(settings(AUTHORITY.rsaServer("localhost"), false, List.of()))) {
      assertThat(accepts(http, suite)).isEqualTo(accepted);
    }
  }

  @Test
  void chosenCipherSuites_areTheOnlyOnes() throws Exception {
    List<String> chosen = List.of("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256");
    try (ServedHttp http = serving(settings(SERVER, false, chosen))) {
      assertThat(accepts(http, chosen.getFirst())).isTrue();
      assertThat(accepts(http, "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384")).isFalse();
      assertThat(handshake(http, CLIENT, List.of("TLSv1.3"), List.of()).getProtocol())
          .isEqualTo("TLSv1.3");
    }
  }

  private static boolean accepts(ServedHttp http, String suite) {
    try {
      SSLSession agreed = handshake(http, CLIENT, List.of("TLSv1.2"), List.of(suite));
      return agreed.getCipherSuite().equals(suite);
    } catch (IOException refused) {
      return false;
    } catch (IllegalArgumentException unknownToTheClient) {
      return false;
    }
  }

  @Test
  void start_withoutAnyKnownCipherSuite_namesThem() {
    TlsSettings tls = settings(SERVER, false, List.of("TLS_RSA_WITH_RC4_128_SHA"));

    assertThatThrownBy(() -> serving(tls))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("TLS_RSA_WITH_RC4_128_SHA");
  }

  @Test
  void start_withTheKeyOfAnotherCertificate_isRefused() {
    TlsSettings tls =
        settings(
            new Owned(SERVER.certificate(), AUTHORITY.server("other").key()), false, List.of());

    assertThatThrownBy(() -> serving(tls))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("does not belong")
        .hasMessageContaining("CN=localhost");
  }

  @ParameterizedTest
  @CsvSource({
    // who may connect: without a certificate, with a right one, with one of a foreign authority
    "NONE, true, true, true",
    "REQUEST, true, true, true",
    "REQUIRE_ANY, false, true, true",
    "VERIFY_IF_GIVEN, true, true, false",
    "REQUIRE_AND_VERIFY, false, true, false",
  })
  void clientAuth_letsIn(ClientAuth mode, boolean none, boolean right, boolean foreign)
      throws Exception {
    try (ServedHttp http = serving(settings(mode))) {
      assertThat(isServed(http, null)).as("none").isEqualTo(none);
      assertThat(isServed(http, AUTHORITY.client("me"))).as("right").isEqualTo(right);
      assertThat(isServed(http, FOREIGN.client("me"))).as("foreign").isEqualTo(foreign);
    }
  }

  @Test
  void clientAuth_withTheCertificateOfAServer_isRefused() throws Exception {
    try (ServedHttp http = serving(settings(ClientAuth.REQUIRE_AND_VERIFY))) {
      assertThat(isServed(http, AUTHORITY.server("me"))).isFalse();
    }
  }

  /** Also if the client has sent a lot by then, as it may in TLS 1.3. */
  @ParameterizedTest
  @ValueSource(ints = {1, 100, 300_000})
  void clientAuth_refused_isToldWhyByAnAlert(int bytesSent) throws Exception {
    try (ServedHttp http = serving(settings(ClientAuth.REQUIRE_AND_VERIFY))) {
      for (int i = 0; i < 20; i++) {
        assertThatThrownBy(() -> readAfter(http, bytesSent))
            .isInstanceOf(SSLException.class)
            .hasMessageContaining("certificate");
      }
    }
  }

  /** Sends so much, however that ends, and then reads: that has to bring the alert. */
  private static void readAfter(ServedHttp http, int bytes) throws IOException {
    try (WireClient wire = WireClient.connect(http.server().address(), 0, CLIENT)) {
      try {
        wire.send(new byte[bytes]);
      } catch (SocketException closed) {
        // the alert is still to be read
      }
      wire.readHead();
    }
  }

  private static boolean isServed(ServedHttp http, @Nullable Owned client) {
    try (WireClient wire =
        WireClient.connect(http.server().address(), 0, TestTrust.in(AUTHORITY, client))) {
      return wire.get("/").status() == 200;
    } catch (IOException refused) {
      return false;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "REQUIRE_AND_VERIFY, CN=me",
    "VERIFY_IF_GIVEN, CN=me",
    "REQUIRE_ANY, nobody",
    "REQUEST, nobody",
  })
  void request_knowsTheCertificateOnlyIfItWasVerified(ClientAuth mode, String known)
      throws Exception {
    HttpHandler handler =
        request -> {
          X509Certificate certificate = request.clientCertificate();
          return text(
              200,
              certificate == null ? "nobody" : certificate.getSubjectX500Principal().getName());
        };
    SSLContext client = TestTrust.in(AUTHORITY, AUTHORITY.client("me"));
    try (ServedHttp http = serving(settings(mode), handler, client)) {
      for (int i = 0; i < 3; i++) { // the later ones resume the first one's session
        try (WireClient wire = http.connect()) {
          assertThat(wire.get("/").text()).isEqualTo(known);
        }
      }
    }
  }

  @Test
  void replaceTls_underLoad_servesTheNewCertificateAndKeepsOpenConnections() throws Exception {
    Owned next = AUTHORITY.server("next");
    AtomicBoolean done = new AtomicBoolean();
    AtomicInteger served = new AtomicInteger();
    AtomicInteger failed = new AtomicInteger();
    try (ServedHttp http = serving(settings(ClientAuth.NONE));
        WireClient open = http.connect()) {
      open.get("/before");
      List<Thread> load = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        load.add(
            Thread.ofVirtual()
                .start(
                    () -> {
                      while (!done.get()) {
                        (isServed(http, null) ? served : failed).incrementAndGet();
                      }
                    }));
      }
      for (int i = 0; i < 20; i++) {
        int before = served.get();
        http.server().replaceTls(settings(i % 2 == 0 ? next : SERVER, false, List.of()));
        ServedHttp.await(() -> served.get() > before);
      }
      http.server().replaceTls(settings(next, false, List.of()));
      done.set(true);
      for (Thread thread : load) {
        thread.join();
      }

      assertThat(failed).hasValue(0);
      assertThat(open.get("/after").text()).isEqualTo("GET /after");
      X509Certificate shown =
          (X509Certificate)
              handshake(http, TestTrust.in(AUTHORITY), List.of("TLSv1.3"), List.of())
                  .getPeerCertificates()[0];
      assertThat(shown).isEqualTo(next.certificate());
    }
  }

  @Test
  void replaceTls_withUnusableMaterial_keepsWhatIsInForce() throws Exception {
    TlsSettings broken =
        settings(new Owned(SERVER.certificate(), FOREIGN.server("x").key()), false, List.of());
    try (ServedHttp http = serving(settings(ClientAuth.NONE))) {
      assertThatThrownBy(() -> http.server().replaceTls(broken)).isInstanceOf(IOException.class);
      assertThat(isServed(http, null)).isTrue();
    }
  }

  @Test
  void replaceTls_withoutTls_isABug() throws Exception {
    try (ServedHttp http = ServedHttp.by(ServedHttp::echo)) {
      assertThatThrownBy(() -> http.server().replaceTls(settings(ClientAuth.NONE)))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
  void plainHttp_isToldSoInTheWordsThatClientsKnow(String method) throws Exception {
    try (ServedHttp http = serving(settings(ClientAuth.NONE));
        WireClient plain = WireClient.connect(http.server().address())) {
      plain.send(method + " /v2/ HTTP/1.1\nHost: test\nContent-Length: 3\n\nabc");
      WireResponse response = plain.readResponse();

      assertThat(response.statusLine()).isEqualTo("HTTP/1.1 400 Bad Request");
      assertThat(response.text()).isEqualTo("Client sent an HTTP request to an HTTPS server.\n");
      assertThat(plain.isClosedByServer()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\u0016\u0003\u0001"})
  @DisplayName("RE-5: a handshake has a deadline")
  void handshakeTooSlow_isClosed(String sent) throws Exception {
    Duration aLong = Duration.ofMinutes(5);
    HttpServerSettings limits = ServedHttp.settings(Duration.ofMillis(80), aLong, aLong);
    try (ServedHttp http =
            ServedHttp.by(limits.withTls(settings(ClientAuth.NONE)), ServedHttp::echo);
        WireClient plain = WireClient.connect(http.server().address())) {
      plain.sendRaw(sent);

      assertThat(plain.isClosedByServer()).isTrue();
    }
  }

  @Test
  @DisplayName("RE-15: malformed records end their connection only")
  void malformedRecords_endTheirConnectionOnly() throws Exception {
    Random random = new Random(15);
    try (ServedHttp http = serving(settings(ClientAuth.NONE))) {
      for (int i = 0; i < 200; i++) {
        byte[] garbage = new byte[1 + random.nextInt(600)];
        random.nextBytes(garbage);
        byte[] record = {0x16, 0x03, 0x01, 0, (byte) Math.min(127, garbage.length)};
        try (WireClient plain = WireClient.connect(http.server().address())) {
          plain.send(i % 2 == 0 ? record : garbage).send(garbage).shutdownOutput();
          byte[] alert = new byte[64];
          while (readQuietly(plain, alert) > 0) {
            // an alert, or nothing
          }
        }
      }
      assertThat(isServed(http, null)).isTrue();
    }
  }

  private static int readQuietly(WireClient client, byte[] into) {
    try {
      return client.read(into);
    } catch (IOException closed) {
      return -1;
    }
  }

  @Test
  void stop_whileAHandshakeWaits_doesNotWaitForIt() throws Exception {
    try (ServedHttp http = serving(settings(ClientAuth.NONE));
        WireClient silent = WireClient.connect(http.server().address())) {
      isServed(http, null); // so the server has accepted the silent one, which came before
      http.server().stop(Duration.ofMinutes(5));

      assertThat(silent.isClosedByServer()).isTrue();
    }
  }

  @Test
  void bigFile_arrivesIntact() throws Exception {
    byte[] bytes = new byte[80_000_001];
    new Random(80).nextBytes(bytes);
    Path file = Files.write(folder.resolve("big"), bytes);
    ResponseBody body = new ResponseBody.Slice(() -> FileChannel.open(file), 0, Files.size(file));
    HttpHandler handler = request -> new Response(200, Headers.EMPTY, body);
    try (ServedHttp http = serving(settings(ClientAuth.NONE), handler, CLIENT);
        WireClient client = http.connect()) {
      assertThat(client.get("/").body()).isEqualTo(bytes);
      assertThat(client.get("/").body()).isEqualTo(bytes);
    }
  }
}
