package io.stowage.registry.auth.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.DigestVerifier;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Public keys from one form into another: DER (RFC 5280), JWK (RFC 7517), and libtrust's ids. */
final class PublicKeys {
  private static final List<String> KINDS = List.of("RSA", "EC", "Ed25519");
  private static final String ED25519 = "Ed25519";
  private static final int ED25519_BYTES = 32;

  /** SubjectPublicKeyInfo of an Ed25519 key up to the key itself (RFC 8410, section 4). */
  private static final String ED25519_HEAD = "302a300506032b6570032100";

  /** SubjectPublicKeyInfo's algorithm: rsaEncryption, without parameters (RFC 3279). */
  private static final String RSA_ALGORITHM = "300d06092a864886f70d0101010500";

  private static final String BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int LIBTRUST_BYTES = 30;
  private static final int LIBTRUST_GROUP = 4;

  private PublicKeys() {}

  /** The key in a SubjectPublicKeyInfo. */
  static PublicKey decode(byte[] der) throws InvalidKeySpecException {
    for (String kind : KINDS) {
      try {
        return KeyFactory.getInstance(kind).generatePublic(new X509EncodedKeySpec(der));
      } catch (InvalidKeySpecException e) {
        // of another kind; only the last one can tell that it is of none
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("the Java runtime lacks " + kind + " keys", e);
      }
    }
    throw new InvalidKeySpecException("not a public key of RSA, EC or Ed25519");
  }

  /** The key in an RSAPublicKey of PKCS#1, as {@code openssl rsa -RSAPublicKey_out} writes it. */
  static PublicKey decodeRsa(byte[] der) throws InvalidKeySpecException {
    byte[] bits = tagged(0x03, concat(new byte[1], der));
    return decode(tagged(0x30, concat(HexFormat.of().parseHex(RSA_ALGORITHM), bits)));
  }

  /** The key in an Ed25519 JWK, which Nimbus alone can't make. */
  static PublicKey decode(OctetKeyPair pair) throws InvalidKeySpecException {
    return decode(concat(HexFormat.of().parseHex(ED25519_HEAD), pair.getDecodedX()));
  }

  /** The public key of a JWK, or null if it is a shared secret. */
  static @Nullable PublicKey of(JWK key) throws InvalidKeyException {
    try {
      return switch (key) {
        case RSAKey rsa -> rsa.toRSAPublicKey();
        case ECKey ec -> ec.toECPublicKey();
        case OctetKeyPair pair -> decode(pair);
        default -> null;
      };
    } catch (JOSEException | InvalidKeySpecException e) {
      throw new InvalidKeyException(e.getMessage());
    }
  }

  /**
   * The key as a JWK without an id.
   *
   * @throws InvalidKeyException if JOSE has no such keys
   */
  static JWK jwk(PublicKey key) throws InvalidKeyException {
    return switch (key) {
      case RSAPublicKey rsa -> new RSAKey.Builder(rsa).build();
      case ECPublicKey ec -> new ECKey.Builder(curve(ec), ec).build();
      case EdECPublicKey ed when ed.getParams().getName().equals(ED25519) ->
          new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(lastBytes(ed.getEncoded())))
              .build();
      default -> throw new InvalidKeyException("not a key of RSA, EC or Ed25519");
    };
  }

  private static Curve curve(ECPublicKey key) throws InvalidKeyException {
    @Nullable Curve curve = Curve.forECParameterSpec(key.getParams());
    if (curve == null) {
      throw new InvalidKeyException("not a key on P-256, P-384 or P-521");
    }
    return curve;
  }

  private static byte[] lastBytes(byte[] der) {
    return Arrays.copyOfRange(der, der.length - ED25519_BYTES, der.length);
  }

  /**
   * The id that libtrust gives a key: the first 240 bits of the SHA-256 of its
   * SubjectPublicKeyInfo, in twelve groups of base32.
   */
  static String libtrustId(PublicKey key) {
    String hex = DigestVerifier.digestOf(DigestAlgorithm.SHA256, key.getEncoded()).hex();
    byte[] bytes = HexFormat.of().parseHex(hex, 0, 2 * LIBTRUST_BYTES);
    StringBuilder id = new StringBuilder();
    int characters = bytes.length * 8 / 5;
    for (int i = 0; i < characters; i++) {
      if (i > 0 && i % LIBTRUST_GROUP == 0) {
        id.append(':');
      }
      id.append(BASE32.charAt(fiveBits(bytes, 5 * i)));
    }
    return id.toString();
  }

  private static int fiveBits(byte[] bytes, int at) {
    int first = bytes[at / 8] & 0xff;
    int second = at / 8 + 1 < bytes.length ? bytes[at / 8 + 1] & 0xff : 0;
    return (first << 8 | second) >> (11 - at % 8) & 31;
  }

  /** DER of one value; lengths of up to 65,535 bytes are all that a key needs. */
  private static byte[] tagged(int tag, byte[] content) {
    byte[] head = {(byte) tag, (byte) 0x82, (byte) (content.length >> 8), (byte) content.length};
    return concat(head, content);
  }

  private static byte[] concat(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
