package io.stowage.registry.config;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Encryption of the front door ({@code http.tls}). Files are named here and not yet read. The
 * passphrase never shows.
 *
 * @param certificate PEM, with whatever stands between it and its root
 * @param key PEM, of that certificate
 * @param keyPassphrase opens the key
 * @param clientCas PEM files of whoever signs client certificates
 * @param clientAuth never a mode that verifies without anybody to verify by
 * @param cipherSuites by their IANA names; empty for the default ones
 */
public record TlsSettings(
    Path certificate,
    Path key,
    @Nullable String keyPassphrase,
    List<Path> clientCas,
    ClientAuth clientAuth,
    Minimum minimum,
    List<String> cipherSuites) {
  public TlsSettings {
    clientCas = List.copyOf(clientCas);
    cipherSuites = List.copyOf(cipherSuites);
  }

  /** What clients must show of themselves. */
  public enum ClientAuth {
    /** Nothing; they are not asked. */
    NONE,
    /** They are asked; what they show, if anything, is not verified. */
    REQUEST,
    /** Some certificate, which is not verified. */
    REQUIRE_ANY,
    /** Nothing, or a certificate that holds. */
    VERIFY_IF_GIVEN,
    /** A certificate that holds. */
    REQUIRE_AND_VERIFY
  }

  /** The oldest version spoken. */
  public enum Minimum {
    TLS_1_2,
    TLS_1_3
  }

  @Override
  public String toString() {
    return "TlsSettings[certificate="
        + certificate
        + ", key="
        + key
        + ", keyPassphrase="
        + (keyPassphrase == null ? "" : Masked.SECRET)
        + ", clientCas="
        + clientCas
        + ", clientAuth="
        + clientAuth
        + ", minimum="
        + minimum
        + ", cipherSuites="
        + cipherSuites
        + "]";
  }
}
