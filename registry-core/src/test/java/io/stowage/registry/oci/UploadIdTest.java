package io.stowage.registry.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UploadIdTest {
  @Test
  void random_twice_differsAndIsARandomUuid_IS5() {
    UploadId first = UploadId.random();

    assertThat(first).isNotEqualTo(UploadId.random());
    assertThat(UUID.fromString(first.value()).version()).isEqualTo(4);
    assertThat(UploadId.parse(first.value())).isEqualTo(first);
  }

  @Test
  void randomOf_user_belongsToHimAlone_IS5() {
    UploadId id = UploadId.randomOf("alice");

    assertThat(UploadId.parse(id.value())).isEqualTo(id);
    assertThat(id.belongsTo("alice")).isTrue();
    assertThat(id.belongsTo("bob")).isFalse();
    assertThat(id.belongsTo("")).isFalse();
    assertThat(id.value()).doesNotContain("alice");
    assertThat(UploadId.randomOf("alice").value().substring(36))
        .as("tells nobody whose it is")
        .isNotEqualTo(id.value().substring(36));
  }

  @Test
  void randomOf_nobody_belongsToEverybody() {
    UploadId id = UploadId.randomOf("");

    assertThat(id.belongsTo("alice")).isTrue();
    assertThat(id.belongsTo("")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00000000-0000-0000-0000-000000000000-",
        "00000000-0000-0000-0000-000000000000-0123456789abcdef0123456789abcde",
        "00000000-0000-0000-0000-000000000000-0123456789ABCDEF0123456789ABCDEF",
        "00000000-0000-0000-0000-000000000000/0123456789abcdef0123456789abcdef",
        "..",
        "../../../../../../../../../etc/passwd",
        "1-2-3-4-5",
        "0000000-00000-0000-0000-000000000000",
        "00000000-0000-0000-0000-00000000000",
        "00000000-0000-0000-0000-0000000000000",
        "ABCDEFAB-0000-0000-0000-000000000000",
        "0000000g-0000-0000-0000-000000000000",
        "+0000000-0000-0000-0000-000000000000",
        "\u0660\u0660\u0660\u0660\u0660\u0660\u0660\u0660-0000-0000-0000-000000000000",
        "00000000/0000/0000/0000/000000000000",
        "000000000000000000000000000000000000"
      })
  void parse_impossibleId_isAnUnknownUpload_PF1(String text) {
    RegistryException rejection =
        catchThrowableOfType(RegistryException.class, () -> UploadId.parse(text));

    assertThat(rejection.errors()).containsExactly(new RegistryError.BlobUploadUnknown(text));
    assertThatIllegalArgumentException().isThrownBy(() -> new UploadId(text));
  }

  @Property
  void parse_anyUuid_keepsIt(@ForAll long high, @ForAll long low) {
    String text = new UUID(high, low).toString();

    assertThat(UploadId.parse(text)).hasToString(text);
  }

  @Property
  void parse_anyText_givesAnIdOrAnAnswerForTheClient(@ForAll("texts") String text) {
    try {
      assertThat(UploadId.parse(text).value()).matches("[0-9a-f-]{36}|[0-9a-f-]{69}");
    } catch (RegistryException e) {
      assertThat(e.errors()).containsExactly(new RegistryError.BlobUploadUnknown(text));
    }
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.oneOf(
        Arbitraries.strings(),
        Arbitraries.strings().withChars("0aF-+\u0660").ofLength(36),
        Arbitraries.strings().all().ofLength(12).map("00000000-0000-0000-0000-"::concat));
  }
}
