package io.stowage.registry.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class ReferenceTest {
  @Test
  void parse_withoutColon_isATag() {
    assertThat(Reference.parse("sha256")).isEqualTo(new Tag("sha256"));
  }

  @Test
  void parse_withColon_isADigest() {
    String text = "sha256:" + "a".repeat(64);

    assertThat(Reference.parse(text)).isEqualTo(new Digest(DigestAlgorithm.SHA256, "a".repeat(64)));
  }

  @Test
  void parse_brokenDigest_speaksOfDigests() {
    RegistryException rejection =
        catchThrowableOfType(RegistryException.class, () -> Reference.parse("latest:1"));

    assertThat(rejection.errors()).singleElement().isInstanceOf(RegistryError.DigestInvalid.class);
  }

  @Property
  void parse_anyText_givesTheSameTextOrAnAnswerForTheClient(@ForAll("texts") String text) {
    try {
      assertThat(Reference.parse(text)).hasToString(text);
    } catch (RegistryException e) {
      assertThat(e.errors()).hasSize(1);
    }
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.oneOf(
        Arbitraries.strings(),
        Arbitraries.strings().withChars("aZ0_.-").ofMaxLength(8),
        Arbitraries.strings().withChars("0af").ofLength(64).map("sha256:"::concat));
  }
}
