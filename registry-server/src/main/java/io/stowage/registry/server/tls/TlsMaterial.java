package io.stowage.registry.server.tls;

import io.stowage.registry.server.http.TlsSettings;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * What the files of TLS hold: a key, and the certificates that go with it.
 *
 * @param chain the server's certificate first; at least one
 * @param key belongs to the first certificate
 * @param clientCas who may issue certificates of clients; empty if nobody
 * @param warnings what works but should not stay: one sentence each that names the file
 */
public record TlsMaterial(
    List<X509Certificate> chain,
    PrivateKey key,
    List<X509Certificate> clientCas,
    List<String> warnings) {

  public TlsMaterial {
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("chain: empty (expected: the server's certificate)");
    }
    chain = List.copyOf(chain);
    clientCas = List.copyOf(clientCas);
    warnings = List.copyOf(warnings);
  }

  /** When the server's certificate ends. */
  public Instant notAfter() {
    return chain.getFirst().getNotAfter().toInstant();
  }

  /**
   * What the HTTP server takes.
   *
   * @param cipherSuites by Java's names, see {@link CipherNames}
   */
  public TlsSettings settings(
      TlsSettings.ClientAuth clientAuth, boolean tls13Only, List<String> cipherSuites) {
    return new TlsSettings(chain, key, clientCas, clientAuth, tls13Only, cipherSuites);
  }

  /** Without the key. */
  @Override
  public String toString() {
    return "TlsMaterial[%s until %s]"
        .formatted(chain.getFirst().getSubjectX500Principal().getName(), notAfter());
  }
}
