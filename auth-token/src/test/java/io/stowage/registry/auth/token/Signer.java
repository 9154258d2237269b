package io.stowage.registry.auth.token;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * A token service as others write them: puts tokens together by hand and signs with the JDK, so
 * that the library under test isn't tested against itself.
 *
 * @param algorithm in JOSE
 */
record Signer(String algorithm, PublicKey publicKey, PrivateKey privateKey) {
  static final String ISSUER = "auth.example";
  static final String SERVICE = "registry.example";

  static Signer rsa(int bits) {
    return of("RS256", "RSA", bits, null);
  }

  static Signer ec(String algorithm) {
    String curve =
        switch (algorithm) {
          case "ES256" -> "secp256r1";
          case "ES384" -> "secp384r1";
          default -> "secp521r1";
        };
    return of(algorithm, "EC", 0, new ECGenParameterSpec(curve));
  }

  static Signer ed25519() {
    return of("EdDSA", "Ed25519", 0, null);
  }

  private static Signer of(
      String algorithm, String kind, int bits, @Nullable AlgorithmParameterSpec curve) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(kind);
      if (curve != null) {
        generator.initialize(curve);
      } else if (bits > 0) {
        generator.initialize(bits);
      }
      KeyPair pair = generator.generateKeyPair();
      return new Signer(algorithm, pair.getPublic(), pair.getPrivate());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The same key, used by another algorithm. */
  Signer by(String other) {
    return new Signer(other, publicKey, privateKey);
  }

  /**
   * What distribution's documentation shows, valid for five minutes from the test clock's start.
   */
  static Map<String, Object> claims() {
    long now = TestClock.START.getEpochSecond();
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iss", ISSUER);
    claims.put("sub", "alice");
    claims.put("aud", SERVICE);
    claims.put("exp", now + 300);
    claims.put("nbf", now);
    claims.put("iat", now);
    claims.put("jti", "tYJCO1c6cnyy7kAn0c7rKPgbV1H1bFws");
    claims.put(
        "access",
        List.of(
            Map.of("type", "repository", "name", "team/app", "actions", List.of("pull", "push"))));
    return claims;
  }

  static Map<String, Object> claimsWith(String name, Object value) {
    Map<String, Object> claims = claims();
    claims.put(name, value);
    return claims;
  }

  static Map<String, Object> claimsWithout(String name) {
    Map<String, Object> claims = claims();
    claims.remove(name);
    return claims;
  }

  /** The kid by which libtrust, and so docker_auth and older servers, name a key. */
  String libtrustId() {
    return PublicKeys.libtrustId(publicKey);
  }

  /** A token that names its key by libtrust's id. */
  String token() {
    return token(Map.of("kid", libtrustId()), claims());
  }

  String token(Map<String, ?> header, Map<String, ?> claims) {
    Map<String, Object> whole = new LinkedHashMap<>(Map.of("typ", "JWT", "alg", algorithm));
    whole.putAll(header);
    String signed = encode(whole) + "." + encode(claims);
    return signed + "." + encode(sign(signed.getBytes(StandardCharsets.US_ASCII)));
  }

  private byte[] sign(byte[] content) {
    try {
      Signature signature = Signature.getInstance(jcaName());
      if (algorithm.startsWith("PS")) {
        int bytes = Integer.parseInt(algorithm.substring(2)) / 8;
        String hash = "SHA-" + algorithm.substring(2);
        signature.setParameter(
            new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), bytes, 1));
      }
      signature.initSign(privateKey);
      signature.update(content);
      return signature.sign();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private String jcaName() {
    String bits = algorithm.substring(2);
    return switch (algorithm.substring(0, 2)) {
      case "RS" -> "SHA" + bits + "withRSA";
      case "PS" -> "RSASSA-PSS";
      case "ES" -> "SHA" + bits + "withECDSAinP1363Format";
      default -> "Ed25519";
    };
  }

  /** A token whose signature is an HMAC by this secret. */
  static String hmacToken(
      String algorithm, byte[] secret, Map<String, ?> header, Map<String, ?> claims) {
    Map<String, Object> whole = new LinkedHashMap<>(Map.of("typ", "JWT", "alg", algorithm));
    whole.putAll(header);
    return hmacSigned(algorithm, secret, encode(whole) + "." + encode(claims));
  }

  /** A token of these two parts, whatever they are. */
  static String hmacSigned(String algorithm, byte[] secret, String signed) {
    try {
      String name = "HmacSHA" + algorithm.substring(2);
      Mac mac = Mac.getInstance(name);
      mac.init(new SecretKeySpec(secret, name));
      return signed + "." + encode(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static String encode(Map<String, ?> json) {
    return encode(JSONObjectUtils.toJSONString(json).getBytes(StandardCharsets.UTF_8));
  }

  static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** The public key as {@code openssl} writes it. */
  String pem() {
    return pem("PUBLIC KEY", publicKey.getEncoded());
  }

  static String pem(String label, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(label, Base64.getMimeEncoder().encodeToString(der), label);
  }
}
