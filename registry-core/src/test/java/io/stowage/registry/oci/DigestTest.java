package io.stowage.registry.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DigestTest {
  private static final String HEX_64 = "0123456789abcdef".repeat(4);

  @Test
  void parse_sha256_keepsAlgorithmAndHex() {
    Digest digest = Digest.parse("sha256:" + HEX_64);

    assertThat(digest).isEqualTo(new Digest(DigestAlgorithm.SHA256, HEX_64));
    assertThat(digest).hasToString("sha256:" + HEX_64);
  }

  @Test
  void parse_sha512_keepsAlgorithmAndHex() {
    Digest digest = Digest.parse("sha512:" + HEX_64 + HEX_64);

    assertThat(digest.algorithm()).isEqualTo(DigestAlgorithm.SHA512);
    assertThat(digest).hasToString("sha512:" + HEX_64 + HEX_64);
  }

  static String[] malformed() {
    return new String[] {
      "",
      ":",
      "sha256",
      "sha256:",
      ":" + HEX_64,
      HEX_64,
      "sha256:" + HEX_64.substring(1),
      "sha256:" + HEX_64 + "0",
      "sha256:" + HEX_64.toUpperCase(java.util.Locale.ROOT),
      "SHA256:" + HEX_64,
      "sha256:sha256:" + HEX_64,
      "sha256::" + HEX_64,
      "sha256:" + HEX_64.substring(1) + ":",
      "sha256:" + HEX_64.substring(1) + "g",
      "sha256:" + HEX_64.substring(1) + "/",
      "sha256:" + HEX_64.substring(1) + "\n",
      "sha256:" + HEX_64.substring(1) + "\u0663",
      "sha256:../../../../etc/passwd",
      "sha256:" + "../".repeat(21) + "x",
      "sha256+b64u:" + HEX_64,
      "sha512:" + HEX_64,
      "sha384:" + HEX_64.repeat(2).substring(0, 96),
      "md5:d41d8cd98f00b204e9800998ecf8427e",
      " sha256:" + HEX_64,
      "sha256:" + HEX_64 + " ",
    };
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void parse_malformed_isRejectedWithValueAndRule_PF3(String text) {
    RegistryException rejection =
        catchThrowableOfType(RegistryException.class, () -> Digest.parse(text));

    assertThat(rejection.errors())
        .singleElement()
        .isInstanceOfSatisfying(
            RegistryError.DigestInvalid.class,
            error -> {
              assertThat(error.digest()).isEqualTo(text);
              assertThat(error.rule()).isNotBlank();
            });
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void find_malformed_isEmpty(String text) {
    assertThat(Digest.find(text)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "abc", "../../../../../../../../../../../../../../../../etc/passwd.."})
  void construct_wrongHex_isABug(String hex) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Digest(DigestAlgorithm.SHA256, hex))
        .withMessageContaining(hex);
  }

  @Property
  void parse_whatToStringWrote_isTheSame(@ForAll("digests") Digest digest) {
    assertThat(Digest.parse(digest.toString())).isEqualTo(digest);
    assertThat(Digest.find(digest.toString())).contains(digest);
  }

  @Property
  void parse_anyText_givesADigestOrAnAnswerForTheClient(@ForAll("texts") String text) {
    try {
      assertThat(Digest.parse(text)).hasToString(text);
      assertThat(Digest.find(text)).isPresent();
    } catch (RegistryException e) {
      assertThat(e.errors()).singleElement().isInstanceOf(RegistryError.DigestInvalid.class);
      assertThat(Digest.find(text)).isEmpty();
    }
  }

  @Provide
  Arbitrary<Digest> digests() {
    return Arbitraries.of(DigestAlgorithm.values())
        .flatMap(
            algorithm ->
                Arbitraries.strings()
                    .withChars("0123456789abcdef")
                    .ofLength(algorithm.hexLength())
                    .map(hex -> new Digest(algorithm, hex)));
  }

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> hexLike =
        Arbitraries.strings()
            .withChars("0123456789abcdefABCDEFg:/.")
            .ofMinLength(62)
            .ofMaxLength(130);
    return Arbitraries.oneOf(
        Arbitraries.strings(), hexLike.map("sha256:"::concat), hexLike.map("sha512:"::concat));
  }
}
