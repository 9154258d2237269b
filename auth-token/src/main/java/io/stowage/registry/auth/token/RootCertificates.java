package io.stowage.registry.auth.token;

import io.stowage.registry.access.TokenRejectedException;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The certificates that a chain in a token's header must end in (RFC 5280, section 6; revocation is
 * not looked at). A chain may also begin with one of them.
 */
final class RootCertificates {
  private static final int LONGEST_CHAIN = 8;
  private static final int DIGITAL_SIGNATURE = 0;

  /** Uses of a key that a signer of tokens may be certified for: any, and those of TLS. */
  private static final Set<String> FITTING_USES =
      Set.of("2.5.29.37.0", "1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");

  private final List<X509Certificate> roots;

  RootCertificates(List<X509Certificate> roots) {
    this.roots = List.copyOf(roots);
  }

  boolean isEmpty() {
    return roots.isEmpty();
  }

  static X509Certificate decode(byte[] der) throws CertificateException {
    return (X509Certificate)
        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
  }

  /**
   * The signer's key.
   *
   * @param encoded base64 of DER, the signer's certificate first
   * @throws TokenRejectedException if the chain doesn't end in a root or the signer may not sign
   */
  TrustedKey requireTrusted(List<String> encoded, Instant now) throws TokenRejectedException {
    if (encoded.size() > LONGEST_CHAIN) {
      throw new TokenRejectedException(
          "x5c has %d certificates (at most %d)".formatted(encoded.size(), LONGEST_CHAIN));
    }
    List<X509Certificate> chain = decode(encoded);
    X509Certificate signer = chain.getFirst();
    try {
      requireChain(chain, Date.from(now));
      requireSigningUse(signer);
      return TrustedKey.of(PublicKeys.jwk(signer.getPublicKey()));
    } catch (InvalidKeyException e) {
      throw new TokenRejectedException("x5c: the signer's key: " + e.getMessage());
    } catch (GeneralSecurityException e) {
      throw new TokenRejectedException(
          "x5c doesn't lead to a certificate of rootcertbundle: " + e.getMessage());
    }
  }

  private static List<X509Certificate> decode(List<String> encoded) throws TokenRejectedException {
    List<X509Certificate> chain = new ArrayList<>();
    for (String one : encoded) {
      try {
        chain.add(decode(Base64.getDecoder().decode(one)));
      } catch (CertificateException | IllegalArgumentException e) {
        throw new TokenRejectedException("x5c holds something that is no certificate");
      }
    }
    return chain;
  }

  private void requireChain(List<X509Certificate> chain, Date now) throws GeneralSecurityException {
    List<X509Certificate> belowRoot =
        chain.stream().takeWhile(certificate -> !roots.contains(certificate)).toList();
    if (belowRoot.isEmpty()) {
      chain.getFirst().checkValidity(now);
      return;
    }
    PKIXParameters parameters =
        new PKIXParameters(
            roots.stream().map(root -> new TrustAnchor(root, null)).collect(Collectors.toSet()));
    parameters.setRevocationEnabled(false);
    parameters.setDate(now);
    CertPathValidator.getInstance("PKIX")
        .validate(CertificateFactory.getInstance("X.509").generateCertPath(belowRoot), parameters);
  }

  private static void requireSigningUse(X509Certificate signer) throws CertificateException {
    boolean[] usage = signer.getKeyUsage();
    if (usage != null && !usage[DIGITAL_SIGNATURE]) {
      throw new CertificateException("the signer's key is not for digital signatures");
    }
    List<String> uses = signer.getExtendedKeyUsage();
    if (uses != null && uses.stream().noneMatch(FITTING_USES::contains)) {
      throw new CertificateException("the signer's key is certified for other uses only");
    }
  }
}
