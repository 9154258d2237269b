package io.stowage.registry.auth.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.PublicKey;
import java.security.Signature;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A key whose signatures count, and the algorithms it may be used with: those of its own kind only,
 * so that nobody gets a public key taken for a shared secret (security case AN-3).
 */
final class TrustedKey {
  private static final int LEAST_RSA_BITS = 2048;

  private final Set<JWSAlgorithm> algorithms;
  private final Check check;

  /** Whether a signature holds. */
  @FunctionalInterface
  private interface Check {
    boolean holds(JWSAlgorithm algorithm, byte[] signed, Base64URL signature)
        throws JOSEException, GeneralSecurityException;
  }

  private TrustedKey(Set<JWSAlgorithm> algorithms, Check check) {
    this.algorithms = Set.copyOf(algorithms);
    this.check = check;
  }

  /**
   * Makes a key ready for use.
   *
   * @throws InvalidKeyException if it is too weak or of a kind that no accepted algorithm uses
   */
  static TrustedKey of(JWK key) throws InvalidKeyException {
    try {
      return switch (key) {
        case RSAKey rsa -> of(rsa);
        case ECKey ec -> of(ec, new ECDSAVerifier(ec));
        case OctetKeyPair pair when pair.getCurve().equals(Curve.Ed25519) -> of(pair);
        case OctetSequenceKey secret -> of(secret, new MACVerifier(secret));
        default -> throw new InvalidKeyException("no accepted algorithm uses such a key");
      };
    } catch (JOSEException | GeneralSecurityException e) {
      throw new InvalidKeyException(e.getMessage());
    }
  }

  private static TrustedKey of(RSAKey key) throws JOSEException, InvalidKeyException {
    if (key.size() < LEAST_RSA_BITS) {
      throw new InvalidKeyException(
          "RSA of %d bits (expected: at least %d)".formatted(key.size(), LEAST_RSA_BITS));
    }
    return of(key, new RSASSAVerifier(key));
  }

  private static TrustedKey of(JWK key, JWSVerifier verifier) throws InvalidKeyException {
    return new TrustedKey(
        usable(key, verifier.supportedJWSAlgorithms()),
        (algorithm, signed, signature) ->
            verifier.verify(new JWSHeader(algorithm), signed, signature));
  }

  /** By the JDK, because Nimbus would need another library for it. */
  private static TrustedKey of(OctetKeyPair pair) throws GeneralSecurityException {
    PublicKey key = PublicKeys.decode(pair);
    return new TrustedKey(
        usable(pair, Set.of(JWSAlgorithm.EdDSA)),
        (algorithm, signed, signature) -> {
          Signature verifier = Signature.getInstance("Ed25519");
          verifier.initVerify(key);
          verifier.update(signed);
          return verifier.verify(signature.decode());
        });
  }

  private static Set<JWSAlgorithm> usable(JWK key, Set<JWSAlgorithm> ofKind)
      throws InvalidKeyException {
    Set<JWSAlgorithm> usable = new HashSet<>(ofKind);
    usable.retainAll(TokenRules.ALGORITHMS);
    if (key.getAlgorithm() != null) {
      usable.removeIf(algorithm -> !algorithm.getName().equals(key.getAlgorithm().getName()));
    }
    if (usable.isEmpty()) {
      throw new InvalidKeyException("no accepted algorithm uses such a key");
    }
    return usable;
  }

  boolean fits(JWSAlgorithm algorithm) {
    return algorithms.contains(algorithm);
  }

  /** Whether this key signed that, by an algorithm that fits. */
  boolean signed(JWSAlgorithm algorithm, byte[] content, Base64URL signature) {
    if (!fits(algorithm)) {
      return false;
    }
    try {
      return check.holds(algorithm, content, signature);
    } catch (JOSEException | GeneralSecurityException e) {
      return false; // a signature that can't even be read is none
    }
  }

  /** An id by which a JWK may be found besides its own, or null for a secret: it would tell. */
  static @Nullable String thumbprint(JWK key) {
    try {
      return key instanceof OctetSequenceKey ? null : key.computeThumbprint().toString();
    } catch (JOSEException e) {
      throw new IllegalStateException("the Java runtime lacks SHA-256", e);
    }
  }
}
