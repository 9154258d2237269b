package io.stowage.registry.server.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.util.Arrays;
import java.util.Base64;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaMiscPEMGenerator;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Private keys in all the forms in which people have them. */
final class PemKeyTest {
  /** Of the encrypted resources. */
  private static final String PASSPHRASE = "geheim-ü";

  @TempDir private Path temp;

  // ---- What OpenSSL writes.

  @ParameterizedTest
  @ValueSource(strings = {"ec-sec1", "ec-parameters", "ec-bag"})
  void in_aFormOfOpenSsl_isTheSameKey(String form) throws Exception {
    assertThat(secret(read(resource(form), null)))
        .isEqualTo(secret(read(resource("ec-pkcs8"), null)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ec-sec1-encrypted", "ec-pkcs8-encrypted", "ec-pkcs8-scrypt", "ec-pkcs8-3des"})
  void in_anEncryptedFormOfOpenSsl_isTheSameKey(String form) throws Exception {
    assertThat(secret(read(resource(form), PASSPHRASE)))
        .isEqualTo(secret(read(resource("ec-pkcs8"), null)));
  }

  // ---- Kinds of keys.

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "secp256r1", "secp384r1", "secp521r1", "Ed25519"})
  void in_pkcs8_isTheKey(String kind) throws Exception {
    PrivateKey key = Pem.key(kind).getPrivate();

    assertThat(read(Pem.of(key), null)).isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSA", "secp256r1", "secp384r1", "secp521r1", "Ed25519"})
  void in_encryptedPkcs8_isTheKey(String kind) throws Exception {
    PrivateKey key = Pem.key(kind).getPrivate();

    assertThat(read(encrypted(key, "secret"), "secret")).isEqualTo(key);
  }

  @Test
  void in_pkcs1_isTheKey() throws Exception {
    PrivateKey key = Pem.key("RSA").getPrivate();

    assertThat(read(Pem.traditional(key), null)).isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"AES-128-CBC", "AES-256-CBC", "DES-EDE3-CBC"})
  void in_pkcs1EncryptedByHeaders_isTheKey(String cipher) throws Exception {
    PrivateKey key = Pem.key("RSA").getPrivate();

    assertThat(read(encryptedByHeaders(key, cipher, "secret"), "secret")).isEqualTo(key);
  }

  @Test
  void in_sec1WithoutCurve_takesTheBlockBefore() throws Exception {
    KeyPair key = Pem.key("secp384r1");
    ASN1ObjectIdentifier curve = SECObjectIdentifiers.secp384r1;

    String text = Pem.of("EC PARAMETERS", curve.getEncoded()) + withoutCurve(key.getPrivate());
    assertThat(secret(read(text, null))).isEqualTo(secret(key.getPrivate()));
  }

  @Test
  void in_passphraseForAKeyThatIsNotEncrypted_isNotLookedAt() throws Exception {
    PrivateKey key = Pem.key("secp256r1").getPrivate();

    assertThat(read(Pem.of(key), "whatever")).isEqualTo(key);
  }

  // ---- What stands around it.

  @Test
  void in_linesOfWindowsWithBlanksAndAMark_isTheKey() throws Exception {
    PrivateKey key = Pem.key("secp256r1").getPrivate();
    String text = "\ufeff" + Pem.of(key).replace("\n", " \t\r\n") + "\r\n \r\n";

    assertThat(read(text, null)).isEqualTo(key);
  }

  @Test
  void in_otherBlocksBefore_areSkipped() throws Exception {
    KeyPair key = Pem.key("secp256r1");
    String text =
        "Bag Attributes\n    friendlyName: Müller\nKey Attributes: <No Attributes>\n"
            + Pem.of(Pem.certificate("a.test", key))
            + Pem.of("SOMETHING ELSE", new byte[] {1, 2, 3})
            + Pem.of(key.getPrivate());

    assertThat(read(text, null)).isEqualTo(key.getPrivate());
  }

  // ---- What is refused.

  @Test
  void in_noKey_isRefused() throws Exception {
    assertRefused(
        Pem.of(Pem.certificate("a.test", Pem.key("secp256r1"))),
        null,
        "has no private key (expected: a block \"-----BEGIN PRIVATE KEY-----\")");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ec-sec1-encrypted", "ec-pkcs8-encrypted"})
  void in_encryptedWithoutPassphrase_namesTheSetting(String form) throws Exception {
    String rule =
        "the key is encrypted (expected: its passphrase in stowage.http.tls.keypassphrase)";

    assertRefused(resource(form), null, rule);
    assertRefused(resource(form), "", rule);
  }

  /** The second gives padding by chance that looks right, and nonsense before it. */
  @ParameterizedTest
  @CsvSource({
    "ec-sec1-encrypted, wrong",
    "ec-sec1-encrypted, wrong16",
    "ec-pkcs8-encrypted, wrong",
    "ec-pkcs8-scrypt, wrong",
    "ec-pkcs8-3des, wrong"
  })
  void in_wrongPassphrase_isRefusedWithoutNamingIt(String form, String wrong) throws Exception {
    assertRefused(
        resource(form),
        wrong,
        "the passphrase in stowage.http.tls.keypassphrase doesn't open the key (expected: the one"
            + " with which it was encrypted)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"DSA PRIVATE KEY", "OPENSSH PRIVATE KEY"})
  void in_anotherTypeOfBlock_isRefused(String type) throws Exception {
    assertRefused(
        Pem.of(type, new byte[] {1}),
        null,
        "the key is of the type " + type + " (expected: PRIVATE KEY)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"DSA", "X25519", "Ed448"})
  void in_anotherAlgorithm_isRefused(String kind) throws Exception {
    assertRefused(
        Pem.of(Pem.key(kind).getPrivate()),
        null,
        "the key's algorithm can't be used (expected: RSA, EC or Ed25519)");
  }

  @Test
  void in_anUnusualCurve_isRefused() throws Exception {
    PrivateKeyInfo info =
        PrivateKeyInfo.getInstance(Pem.key("secp256r1").getPrivate().getEncoded());
    PrivateKeyInfo unusual =
        new PrivateKeyInfo(
            new AlgorithmIdentifier(
                info.getPrivateKeyAlgorithm().getAlgorithm(), SECObjectIdentifiers.sect571k1),
            info.parsePrivateKey());

    assertRefused(
        Pem.of("PRIVATE KEY", unusual.getEncoded()),
        null,
        "the EC key's curve can't be used (expected: P-256, P-384 or P-521)");
  }

  @Test
  void in_sec1WithoutAnyCurve_isRefused() throws Exception {
    assertRefused(
        withoutCurve(Pem.key("secp384r1").getPrivate()),
        null,
        "the EC key doesn't name its curve (expected: a block EC PARAMETERS before it)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"})
  void in_damagedKey_isRefused(String type) throws Exception {
    assertRefused(
        Pem.of(type, new byte[] {0x30, 3, 2, 1, 7}),
        null,
        "the key is damaged (expected: all of a block " + type + ")");
  }

  @Test
  void in_anyCutOrTwistedKey_tellsNothingOfIt_SL1() throws Exception {
    byte[] key = Pem.key("RSA").getPrivate().getEncoded();
    for (int at = 0; at < key.length; at += 7) {
      byte[] twisted = key.clone();
      twisted[at] ^= 0x55;
      assertTellsNothing(Pem.of("PRIVATE KEY", twisted), twisted);
      byte[] cut = Arrays.copyOf(key, at);
      assertTellsNothing(Pem.of("PRIVATE KEY", cut), cut);
    }
  }

  private void assertTellsNothing(String text, byte[] der) throws IOException {
    Path file = Files.writeString(temp.resolve("twisted.key"), text);
    Throwable refused = catchThrowable(() -> PemKey.in(PemFile.read(file), null));
    if (refused != null) {
      assertThat(refused)
          .isInstanceOf(TlsFileException.class)
          .hasNoCause()
          .message()
          .startsWith(file + ": the ")
          .hasSizeLessThan(file.toString().length() + 120);
      if (der.length > 40) {
        assertThat(refused.getMessage())
            .doesNotContain(Base64.getEncoder().encodeToString(der).substring(0, 40));
      }
    }
  }

  private void assertRefused(String text, @Nullable String passphrase, String message)
      throws IOException {
    Path file = Files.writeString(temp.resolve("registry.key"), text);

    assertThatThrownBy(() -> PemKey.in(PemFile.read(file), passphrase))
        .isInstanceOf(TlsFileException.class)
        .hasNoCause()
        .hasMessage(file + ": " + message);
  }

  private PrivateKey read(String text, @Nullable String passphrase) throws IOException {
    return PemKey.in(
        PemFile.read(Files.writeString(temp.resolve("registry.key"), text)), passphrase);
  }

  /** By which two keys are one, however they are written. */
  private static BigInteger secret(PrivateKey key) {
    return ((java.security.interfaces.ECPrivateKey) key).getS();
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = PemKeyTest.class.getResourceAsStream(name + ".pem")) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static String encrypted(PrivateKey key, String passphrase) throws Exception {
    return Pem.of(
        new JcaPKCS8Generator(
                key,
                new JceOpenSSLPKCS8EncryptorBuilder(NISTObjectIdentifiers.id_aes256_CBC)
                    .setProvider(new BouncyCastleProvider())
                    .setPassword(passphrase.toCharArray())
                    .build())
            .generate());
  }

  private static String encryptedByHeaders(PrivateKey key, String cipher, String passphrase)
      throws Exception {
    return Pem.of(
        new JcaMiscPEMGenerator(
                key,
                new JcePEMEncryptorBuilder(cipher)
                    .setProvider(new BouncyCastleProvider())
                    .build(passphrase.toCharArray()))
            .generate());
  }

  private static String withoutCurve(PrivateKey key) throws IOException {
    ECPrivateKey whole =
        ECPrivateKey.getInstance(PrivateKeyInfo.getInstance(key.getEncoded()).parsePrivateKey());
    return Pem.of("EC PRIVATE KEY", new ECPrivateKey(384, whole.getKey()).getEncoded());
  }
}
