package io.stowage.registry.auth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrustedKeysTest {
  /** The key that signed the example manifest of distribution's schema 1 specification. */
  private static final String LIBTRUST_KEY =
      """
      {"crv":"P-256","kty":"EC","x":"3gAwX48IQ5oaYQAYSxor6rYYc_6yjuLCjtQ9LUakg4A",
       "y":"t72ge6kIA1XOjqjVoEOiPPAURltJFBMGDSQvEGVB010"}
      """;

  private static final String LIBTRUST_ID =
      "OD6I:6DRK:JXEJ:KBM4:255X:NSAA:MUSF:E4VM:ZI6W:CUN2:L4Z6:LSF4";

  @TempDir Path folder;

  @Test
  void libtrustId_ofAPublishedKey_isTheOnePublished() throws Exception {
    PublicKey key = ECKey.parse(LIBTRUST_KEY).toPublicKey();

    assertThat(PublicKeys.libtrustId(key)).isEqualTo(LIBTRUST_ID);
  }

  @Test
  void signed_exampleOfRfc8037_holds() throws Exception {
    OctetKeyPair pair =
        OctetKeyPair.parse(
            """
            {"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
            """);
    byte[] signed =
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
            .getBytes(StandardCharsets.US_ASCII);
    Base64URL signature =
        new Base64URL(
            "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");

    assertThat(TrustedKey.of(pair).signed(JWSAlgorithm.EdDSA, signed, signature)).isTrue();
    assertThat(TrustedKey.of(pair).signed(JWSAlgorithm.ES256, signed, signature)).isFalse();
    signed[0]++;
    assertThat(TrustedKey.of(pair).signed(JWSAlgorithm.EdDSA, signed, signature)).isFalse();
  }

  @Test
  void read_bundle_takesCertificatesAndKeysAndPassesOverTheRest() throws Exception {
    Signer rsa = Signer.rsa(2048);
    Signer ec = Signer.ec("ES384");
    Signer pkcs1 = Signer.rsa(2048);
    byte[] spki = pkcs1.publicKey().getEncoded();
    byte[] bare = Arrays.copyOfRange(spki, 24, spki.length);

    TrustedKeys keys =
        bundle(
            "# ours\n"
                + Certificates.pem(Certificates.selfSigned("auth", rsa, Certificates.Wish.SIGNER))
                + Signer.pem("EC PARAMETERS", new byte[4])
                + ec.pem()
                + Signer.pem("RSA PUBLIC KEY", bare));

    assertThat(keys.keyIds())
        .containsExactly(
            thumbprint(rsa),
            rsa.libtrustId(),
            thumbprint(ec),
            ec.libtrustId(),
            thumbprint(pkcs1),
            pkcs1.libtrustId());
  }

  @Test
  void read_set_takesKeysForSignaturesOnly() throws Exception {
    Signer ec = Signer.ec("ES256");
    Map<String, Object> key = PublicKeys.jwk(ec.publicKey()).toJSONObject();

    TrustedKeys keys =
        set(
            with(key, "kid", "one"),
            with(with(key, "kid", "two"), "use", "enc"),
            with(with(key, "kid", "three"), "alg", "ECDH-ES"),
            with(with(key, "kid", "four"), "key_ops", List.of("deriveKey")),
            Map.of("kty", "new", "kid", "five"));

    assertThat(keys.keyIds()).containsExactly("one", thumbprint(ec), ec.libtrustId());
  }

  @Test
  void read_sharedSecret_goesByItsNameOnly() throws Exception {
    Map<String, Object> secret =
        Map.of("kty", "oct", "kid", "shared", "k", Signer.encode(new byte[32]));

    assertThat(set(secret).keyIds()).containsExactly("shared");
  }

  @Test
  void read_weakKey_isRefusedByName() throws Exception {
    Signer weak = Signer.rsa(1024);
    Map<String, Object> secret =
        Map.of("kty", "oct", "kid", "short", "k", Signer.encode(new byte[31]));

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> bundle(weak.pem()))
        .withMessageContaining("bundle.pem")
        .withMessageContaining("RSA of 1024 bits (expected: at least 2048)");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> set(with(PublicKeys.jwk(weak.publicKey()).toJSONObject(), "kid", "weak")))
        .withMessageContaining("key weak: RSA of 1024 bits (expected: at least 2048)");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> set(secret))
        .withMessageContaining("key short: ")
        .withMessageContaining("256 bits");
  }

  @Test
  void sl1_unusableFile_isNamedAndNotRepeated() throws Exception {
    Path file = folder.resolve("keys.json");
    Files.writeString(file, "{\"keys\":[{\"kty\":\"oct\",\"k\":\"hidden\",\"use\":7}]}");

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> TrustedKeys.read(null, file))
        .withMessage(file + ": is not a JSON Web Key Set");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> bundle(Signer.pem("CERTIFICATE", new byte[] {1, 2, 3})))
        .withMessageStartingWith(
            folder.resolve("bundle.pem") + ": is not PEM of certificates and public keys: ");
  }

  @Test
  void read_noKey_isRefused() throws Exception {
    for (String text : List.of("", "nothing", Signer.pem("PRIVATE KEY", new byte[3]))) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> bundle(text))
          .withMessageEndingWith("bundle.pem: holds no key to check tokens with");
    }
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> TrustedKeys.read(folder.resolve("absent"), null));
  }

  private TrustedKeys bundle(String pem) throws IOException {
    Path file = folder.resolve("bundle.pem");
    Files.writeString(file, pem);
    return TrustedKeys.read(file, null);
  }

  private TrustedKeys set(Map<?, ?>... keys) throws IOException {
    Path file = folder.resolve("set.json");
    Files.writeString(file, JSONObjectUtils.toJSONString(Map.of("keys", List.of(keys))));
    return TrustedKeys.read(null, file);
  }

  private static Map<String, Object> with(Map<String, Object> key, String name, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(key);
    more.put(name, value);
    return more;
  }

  private static @Nullable String thumbprint(Signer signer) throws Exception {
    return TrustedKey.thumbprint(PublicKeys.jwk(signer.publicKey()));
  }
}
