package io.stowage.registry.server;

import io.stowage.registry.server.http.WireClient;
import io.stowage.registry.server.tls.SelfSigned;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate for localhost and its key, in files.
 *
 * @param trust of a client that trusts this certificate and no other
 */
record TlsPair(Path certificate, Path key, SSLContext trust) {
  /** Makes a pair, in place of one that is there. */
  static TlsPair make(Path folder) throws IOException, GeneralSecurityException {
    SelfSigned made = SelfSigned.make(List.of("localhost"), 1, Instant.now());
    Path certificate = Files.writeString(folder.resolve("registry.crt"), made.serverPem());
    Path key = Files.writeString(folder.resolve("registry.key"), made.keyPem());
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("root", made.authority());
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return new TlsPair(certificate, key, context);
  }

  WireClient connect(InetSocketAddress server) throws IOException {
    return WireClient.connect(server, 0, trust);
  }

  /** Whether a new connection gets this certificate. */
  boolean isServedBy(InetSocketAddress server) throws IOException {
    try (WireClient client = connect(server)) {
      return client.request("GET", "/v2/").status() == 200;
    } catch (SSLException e) {
      return false;
    }
  }
}
