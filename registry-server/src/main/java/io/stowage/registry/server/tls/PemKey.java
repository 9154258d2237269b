package io.stowage.registry.server.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMDecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.util.io.pem.PemHeader;
import org.bouncycastle.util.io.pem.PemObject;
import org.jspecify.annotations.Nullable;

/**
 * The first private key of a PEM file, in any form that OpenSSL and its kin write: PKCS#1 (RSA),
 * SEC1 (EC) and PKCS#8, as they are or encrypted, the former two by OpenSSL's own headers (RFC
 * 1421), the latter by RFC 5958. An error never tells anything of the key, not even as its cause.
 */
final class PemKey {
  private static final String SETTING = "stowage.http.tls.keypassphrase";
  private static final Map<ASN1ObjectIdentifier, String> ALGORITHMS =
      Map.of(
          PKCSObjectIdentifiers.rsaEncryption, "RSA",
          X9ObjectIdentifiers.id_ecPublicKey, "EC",
          EdECObjectIdentifiers.id_Ed25519, "Ed25519");

  /** Of the curves only those that clients take. */
  private static final Set<ASN1Encodable> CURVES =
      Set.of(
          SECObjectIdentifiers.secp256r1,
          SECObjectIdentifiers.secp384r1,
          SECObjectIdentifiers.secp521r1);

  private final PemFile file;
  private final @Nullable String passphrase;

  private PemKey(PemFile file, @Nullable String passphrase) {
    this.file = file;
    this.passphrase = passphrase;
  }

  /**
   * The key.
   *
   * @param passphrase opens the key if it is encrypted, else it isn't looked at
   */
  static PrivateKey in(PemFile file, @Nullable String passphrase) throws TlsFileException {
    return new PemKey(file, passphrase).read();
  }

  private PrivateKey read() throws TlsFileException {
    PemObject parameters = null;
    for (PemObject block : file.blocks()) {
      if (block.getType().endsWith("PRIVATE KEY")) {
        return key(plain(block, parameters));
      }
      if (block.getType().equals("EC PARAMETERS")) {
        parameters = block;
      }
    }
    throw refused("has no private key", "a block \"-----BEGIN PRIVATE KEY-----\"");
  }

  private PrivateKeyInfo plain(PemObject block, @Nullable PemObject parameters)
      throws TlsFileException {
    Optional<String> legacy = header(block, "DEK-Info");
    if (legacy.isPresent()) {
      return opened(phrase -> info(block.getType(), decrypted(block, legacy.get(), phrase), null));
    }
    if (block.getType().equals("ENCRYPTED PRIVATE KEY")) {
      return opened(phrase -> decrypted(block, phrase));
    }
    try {
      return info(block.getType(), block.getContent(), parameters);
    } catch (TlsFileException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw refused("the key is damaged", "all of a block " + block.getType());
    }
  }

  /** What is inside of a block of this type, as PKCS#8. */
  private PrivateKeyInfo info(String type, byte[] der, @Nullable PemObject parameters)
      throws IOException {
    return switch (type) {
      case "PRIVATE KEY" -> PrivateKeyInfo.getInstance(der);
      case "RSA PRIVATE KEY" -> rsa(RSAPrivateKey.getInstance(der));
      case "EC PRIVATE KEY" -> ec(ECPrivateKey.getInstance(der), parameters);
      default -> throw refused("the key is of the type " + type, "PRIVATE KEY");
    };
  }

  private static PrivateKeyInfo rsa(RSAPrivateKey key) throws IOException {
    return new PrivateKeyInfo(
        new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE), key);
  }

  /** The curve stands in the key or, in old files, in a block before it. */
  private PrivateKeyInfo ec(ECPrivateKey key, @Nullable PemObject parameters) throws IOException {
    ASN1Encodable curve = key.getParametersObject();
    if (curve == null && parameters != null) {
      curve = ASN1Primitive.fromByteArray(parameters.getContent());
    }
    if (curve == null) {
      throw refused("the EC key doesn't name its curve", "a block EC PARAMETERS before it");
    }
    return new PrivateKeyInfo(
        new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve), key);
  }

  private PrivateKey key(PrivateKeyInfo info) throws TlsFileException {
    AlgorithmIdentifier identifier = info.getPrivateKeyAlgorithm();
    String algorithm = ALGORITHMS.get(identifier.getAlgorithm());
    if (algorithm == null) {
      throw refused("the key's algorithm can't be used", "RSA, EC or Ed25519");
    }
    if (algorithm.equals("EC") && !CURVES.contains(identifier.getParameters())) {
      throw refused("the EC key's curve can't be used", "P-256, P-384 or P-521");
    }
    try {
      // Written anew: without the attributes and public keys that some tools append.
      PrivateKeyInfo bare = new PrivateKeyInfo(identifier, info.parsePrivateKey());
      return KeyFactory.getInstance(algorithm)
          .generatePrivate(new PKCS8EncodedKeySpec(bare.getEncoded()));
    } catch (IOException | GeneralSecurityException e) {
      throw refused("the key is damaged", "a whole key for " + algorithm);
    }
  }

  // ---- Encrypted keys.

  /** Makes a key out of an encrypted one. */
  @FunctionalInterface
  private interface Opening {
    PrivateKeyInfo with(String passphrase)
        throws IOException, PKCSException, OperatorCreationException;
  }

  private PrivateKeyInfo opened(Opening opening) throws TlsFileException {
    if (passphrase == null || passphrase.isEmpty()) {
      throw refused("the key is encrypted", "its passphrase in " + SETTING);
    }
    try {
      return opening.with(passphrase);
    } catch (TlsFileException e) {
      throw e;
    } catch (IOException | PKCSException | OperatorCreationException | RuntimeException e) {
      // A wrong passphrase may show only when what came out is no key.
      throw refused(
          "the passphrase in " + SETTING + " doesn't open the key",
          "the one with which it was encrypted");
    }
  }

  private static PrivateKeyInfo decrypted(PemObject block, String passphrase)
      throws IOException, PKCSException, OperatorCreationException {
    return new PKCS8EncryptedPrivateKeyInfo(block.getContent())
        .decryptPrivateKeyInfo(
            new JceOpenSSLPKCS8DecryptorProviderBuilder()
                .setProvider(ciphers())
                .build(passphrase.toCharArray()));
  }

  private static byte[] decrypted(PemObject block, String dekInfo, String passphrase)
      throws IOException, OperatorCreationException {
    int comma = dekInfo.indexOf(',');
    return new JcePEMDecryptorProviderBuilder()
        .setProvider(ciphers())
        .build(passphrase.toCharArray())
        .get(dekInfo.substring(0, comma).strip())
        .decrypt(block.getContent(), HexFormat.of().parseHex(dekInfo.substring(comma + 1).strip()));
  }

  /** Not registered with the JVM: it decrypts keys, and has no part in TLS. */
  private static Provider ciphers() {
    return new BouncyCastleProvider();
  }

  private static Optional<String> header(PemObject block, String name) {
    for (Object header : block.getHeaders()) {
      if (header instanceof PemHeader field && field.getName().equals(name)) {
        return Optional.of(field.getValue());
      }
    }
    return Optional.empty();
  }

  private TlsFileException refused(String what, String expected) {
    return new TlsFileException("%s: %s (expected: %s)".formatted(file.path(), what, expected));
  }
}
