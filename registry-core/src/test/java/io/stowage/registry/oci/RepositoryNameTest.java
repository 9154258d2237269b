package io.stowage.registry.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RepositoryNameTest {
  /** The specification's grammar, as it is written there. */
  private static final Pattern SPEC =
      Pattern.compile("[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(\\/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "0",
        "library/busybox",
        "a.b/c_d/e__f/g-h/i---j",
        "a/blobs/b",
        "uploads/tags/manifests",
        "a0.b1-c2_d3__e4----f5"
      })
  void parse_nameOfTheSpecification_keepsIt(String text) {
    RepositoryName name = RepositoryName.parse(text);

    assertThat(name).isEqualTo(new RepositoryName(text)).hasToString(text);
    assertThat(name.isLegacy()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"UPPER/app", "Foo.Bar/app", "a-B/c", "A/b/c__d", "X1.y2.Z3/a"})
  void parse_nameThatDistributionTook_isLegacy(String text) {
    assertThat(RepositoryName.parse(text).isLegacy()).isTrue();
  }

  static String[] illegal() {
    return new String[] {
      "",
      "/",
      "a/",
      "/a",
      "a//b",
      ".",
      "..",
      "a/..",
      "../a",
      "a/../b",
      ".a",
      "a.",
      "a/.b",
      "_a",
      "a_",
      "a/_manifests",
      "-a",
      "a-",
      "a..b",
      "a___b",
      "a._b",
      "a-_b",
      "R0",
      "a/R0",
      "UPPER",
      "UPPER/App",
      "A-/b",
      "-A/b",
      ".A/b",
      "A..B/c",
      "A_B/c",
      "a:5000/b",
      "a b",
      "a\n",
      "a\0b",
      "a\\b",
      "a;b",
      "a%2fb",
      "\u00e9",
      "a/\u0131",
      "\u212a/a",
      "\uff41/a",
      "a@b"
    };
  }

  @ParameterizedTest
  @MethodSource("illegal")
  void parse_illegalName_isRejectedWithValueAndRule(String text) {
    RegistryException rejection =
        catchThrowableOfType(RegistryException.class, () -> RepositoryName.parse(text));

    assertThat(rejection.errors())
        .singleElement()
        .isInstanceOfSatisfying(
            RegistryError.NameInvalid.class, error -> assertThat(error.name()).isEqualTo(text));
    assertThatIllegalArgumentException().isThrownBy(() -> new RepositoryName(text));
  }

  @Test
  void parse_atTheLimit_takes255CharactersAndNoMore() {
    assertThat(RepositoryName.parse("a".repeat(255)).value()).hasSize(255);
    assertThat(RepositoryName.parse("a/".repeat(127) + "b").value()).hasSize(255);
    assertThat(RepositoryName.isValid("a".repeat(256))).isFalse();

    RegistryException rejection =
        catchThrowableOfType(
            RegistryException.class, () -> RepositoryName.parse("a/".repeat(127) + "bc"));
    assertThat(rejection.errors().getFirst().detail()).asString().contains("255");
  }

  static String[] evil() {
    return new String[] {
      "a".repeat(254) + "!",
      "a-".repeat(127) + "!",
      "a--".repeat(84) + "!",
      "a__".repeat(84) + "A",
      "a/".repeat(127) + "!",
      "A.".repeat(127) + "!",
      "A-".repeat(127) + "!",
      "A".repeat(253) + "/!",
      "A." + "a".repeat(250) + "/-",
      "-".repeat(255),
      "a" + "-".repeat(254),
      "a".repeat(5_000_000),
      "a/".repeat(2_000_000),
      "A.".repeat(2_000_000) + "/",
    };
  }

  @ParameterizedTest
  @MethodSource("evil")
  void isValid_inputThatTemptsBacktracking_answersAtOnce(String text) {
    boolean valid =
        Assertions.assertTimeoutPreemptively(
            Duration.ofSeconds(2), () -> RepositoryName.isValid(text));

    assertThat(valid).isFalse();
  }

  @Test
  void compareTo_namesThatPrefixEachOther_isByteOrderOfTheWhole() {
    assertThat(new RepositoryName("a-b")).isLessThan(new RepositoryName("a/b"));
    assertThat(new RepositoryName("a")).isLessThan(new RepositoryName("a/b"));
    assertThat(new RepositoryName("a/b")).isLessThan(new RepositoryName("a0"));
  }

  @Property
  void parse_anyText_givesASafeRelativePathOrAnAnswerForTheClient(@ForAll("texts") String text) {
    try {
      RepositoryName name = RepositoryName.parse(text);
      Path root = Path.of("/volume");
      assertThat(root.resolve(name.value()).normalize()).hasToString("/volume/" + text);
      assertThat(name.isLegacy()).isEqualTo(!SPEC.matcher(text).matches());
    } catch (RegistryException e) {
      assertThat(e.errors()).singleElement().isInstanceOf(RegistryError.NameInvalid.class);
      assertThat(SPEC.matcher(text).matches() && text.length() <= 255).isFalse();
    }
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.oneOf(
        Arbitraries.strings(), Arbitraries.strings().withChars("ab0._-/A:").ofMaxLength(12));
  }
}
