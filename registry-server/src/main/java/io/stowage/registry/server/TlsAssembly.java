package io.stowage.registry.server;

import io.stowage.registry.config.TlsSettings.ClientAuth;
import io.stowage.registry.config.TlsSettings.Minimum;
import io.stowage.registry.server.http.HttpServer;
import io.stowage.registry.server.http.TlsSettings;
import io.stowage.registry.server.ops.WatchedFiles;
import io.stowage.registry.server.tls.CipherNames;
import io.stowage.registry.server.tls.TlsFiles;
import io.stowage.registry.server.tls.TlsMaterial;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS by the files of the configuration, which may be replaced while the server runs: what is new
 * counts for new connections, and what can't be used changes nothing.
 */
final class TlsAssembly {
  private static final Logger LOG = LoggerFactory.getLogger(TlsAssembly.class);

  private final io.stowage.registry.config.TlsSettings configured;
  private final TlsFiles files;
  private final List<String> cipherSuites;
  private volatile Instant notAfter = Instant.EPOCH;

  /**
   * @throws IllegalArgumentException that names the cipher suite, if one is unknown
   */
  TlsAssembly(io.stowage.registry.config.TlsSettings configured) {
    this.configured = configured;
    this.files =
        new TlsFiles(
            configured.certificate(),
            configured.key(),
            configured.keyPassphrase(),
            configured.clientCas());
    this.cipherSuites = CipherNames.toJava(configured.cipherSuites());
  }

  /** What the files hold now. */
  TlsSettings read() throws IOException {
    TlsMaterial material = material();
    material.warnings().forEach(LOG::warn);
    notAfter = material.notAfter();
    LOG.info(
        "TLS certificate of {}, valid until {}",
        material.chain().getFirst().getSubjectX500Principal(),
        material.notAfter());
    return settings(material);
  }

  /**
   * Whether a server could start with the files as they are.
   *
   * @return what there is to say about them all the same
   */
  List<String> rehearse(boolean http2) throws IOException {
    TlsMaterial material = material();
    HttpServer.requireUsable(settings(material), http2);
    return material.warnings();
  }

  private TlsMaterial material() throws IOException {
    return files.read(Clock.systemUTC().instant());
  }

  private TlsSettings settings(TlsMaterial material) {
    return material.settings(
        clientAuth(configured.clientAuth()), configured.minimum() == Minimum.TLS_1_3, cipherSuites);
  }

  /** When the certificate that was read last stops being valid. */
  Instant notAfter() {
    return notAfter;
  }

  /** Has this server follow the files from now on. */
  void follow(HttpServer server, WatchedFiles watched) {
    watched.watch(files.paths(), () -> server.replaceTls(read()));
  }

  private static TlsSettings.ClientAuth clientAuth(ClientAuth configured) {
    return switch (configured) {
      case NONE -> TlsSettings.ClientAuth.NONE;
      case REQUEST -> TlsSettings.ClientAuth.REQUEST;
      case REQUIRE_ANY -> TlsSettings.ClientAuth.REQUIRE_ANY;
      case VERIFY_IF_GIVEN -> TlsSettings.ClientAuth.VERIFY_IF_GIVEN;
      case REQUIRE_AND_VERIFY -> TlsSettings.ClientAuth.REQUIRE_AND_VERIFY;
    };
  }
}
