package io.stowage.registry.server.http;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * What TLS needs: who the server is, whom it trusts, how it speaks. New material is a new one of
 * these.
 *
 * @param chain the server's certificate first, then those that signed it, without the root
 * @param key belongs to the first certificate of the chain
 * @param clientCas who may sign client certificates; needed where those are verified
 * @param tls13Only whether TLS 1.2 is refused; nothing older is ever spoken
 * @param cipherSuites for TLS 1.2, by their IANA names, the first being preferred; empty for the
 *     default. Those of TLS 1.3 are not chosen
 */
public record TlsSettings(
    List<X509Certificate> chain,
    PrivateKey key,
    List<X509Certificate> clientCas,
    ClientAuth clientAuth,
    boolean tls13Only,
    List<String> cipherSuites) {

  /** What is asked of clients, with the meanings of Go's {@code tls.ClientAuthType}. */
  public enum ClientAuth {
    /** No certificate. */
    NONE,
    /** Perhaps a certificate, which is not verified. */
    REQUEST,
    /** A certificate, which is not verified. */
    REQUIRE_ANY,
    /** Perhaps a certificate, which must be signed by one of the authorities. */
    VERIFY_IF_GIVEN,
    /** A certificate, which must be signed by one of the authorities. */
    REQUIRE_AND_VERIFY;

    boolean verifies() {
      return this == VERIFY_IF_GIVEN || this == REQUIRE_AND_VERIFY;
    }
  }

  public TlsSettings {
    chain = List.copyOf(chain);
    clientCas = List.copyOf(clientCas);
    cipherSuites = List.copyOf(cipherSuites);
    if (chain.isEmpty()) {
      throw new IllegalArgumentException("chain: empty (expected: the server's certificate)");
    }
    if (clientAuth.verifies() && clientCas.isEmpty()) {
      throw new IllegalArgumentException(
          "clientCas: empty (expected: who signs client certificates, for " + clientAuth + ")");
    }
  }

  /** The names of the owners only: the key is a secret, and certificates are long. */
  @Override
  public String toString() {
    return "TlsSettings[%s, clientAuth=%s, clientCas=%s, tls13Only=%s, cipherSuites=%s]"
        .formatted(
            chain.getFirst().getSubjectX500Principal(),
            clientAuth,
            clientCas.stream().map(X509Certificate::getSubjectX500Principal).toList(),
            tls13Only,
            cipherSuites);
  }
}
