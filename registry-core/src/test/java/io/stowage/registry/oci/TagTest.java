package io.stowage.registry.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TagTest {
  /** The specification's grammar, as it is written there. */
  private static final Pattern SPEC = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");

  @ParameterizedTest
  @ValueSource(
      strings = {"a", "A", "0", "_", "latest", "v1.2.3-rc_1", "_..", "list", "sha256-abc", "a--b"})
  void parse_legalTag_keepsIt(String text) {
    assertThat(Tag.parse(text)).isEqualTo(new Tag(text)).hasToString(text);
  }

  static String[] illegal() {
    return new String[] {
      "",
      ".",
      "..",
      "-",
      ".a",
      "-a",
      "a:b",
      "a/b",
      "a b",
      "a\n",
      "a\0",
      "\u00e9",
      "a\u0131",
      "a%41",
      "a+b",
      "a~",
      "a".repeat(129)
    };
  }

  @ParameterizedTest
  @MethodSource("illegal")
  void parse_illegalTag_isRejectedWithValueAndRule(String text) {
    RegistryException rejection =
        catchThrowableOfType(RegistryException.class, () -> Tag.parse(text));

    assertThat(rejection.errors())
        .singleElement()
        .isInstanceOfSatisfying(
            RegistryError.TagInvalid.class, error -> assertThat(error.tag()).isEqualTo(text));
    assertThatIllegalArgumentException().isThrownBy(() -> new Tag(text));
  }

  @Test
  void parse_atTheLimit_takes128CharactersAndNoMore() {
    assertThat(Tag.isValid("a".repeat(128))).isTrue();
    assertThat(Tag.isValid("a".repeat(129))).isFalse();
  }

  @Test
  void compareTo_mixedCase_isByteOrder_IS10() {
    assertThat(new Tag("B")).isLessThan(new Tag("a"));
    assertThat(new Tag("A")).isNotEqualTo(new Tag("a"));
    assertThat(new Tag("a")).isLessThan(new Tag("a-"));
  }

  @Property
  void isValid_anyText_agreesWithTheGrammarOfTheSpecification(@ForAll("texts") String text) {
    assertThat(Tag.isValid(text)).isEqualTo(SPEC.matcher(text).matches());
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.oneOf(
        Arbitraries.strings(),
        Arbitraries.strings().withChars("aZ0_.-:/").ofMinLength(0).ofMaxLength(6),
        Arbitraries.strings().withChars("aZ0_.-").ofMinLength(126).ofMaxLength(130));
  }
}
