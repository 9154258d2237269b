package io.stowage.registry.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MediaTypeTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"a/b", "application/vnd.oci.image.index.v1+json", "x-1/2!#$&-^_.+", "0/0"})
  void construct_legalType_keepsIt(String text) {
    assertThat(new MediaType(text)).hasToString(text);
  }

  static String[] illegal() {
    return new String[] {
      "",
      "/",
      "a",
      "a/",
      "/b",
      "a/b/c",
      "A/b",
      "a/B",
      "a /b",
      "a/b;c=d",
      "a/b,c",
      "*/*",
      "a/*",
      ".a/b",
      "a/.b",
      "+a/b",
      "a/-b",
      "a\r\nX: y/b",
      "\u00e9/b",
      "a".repeat(128) + "/b",
      "a/" + "b".repeat(128)
    };
  }

  @ParameterizedTest
  @MethodSource("illegal")
  void construct_illegalType_isABug(String text) {
    assertThat(MediaType.isValid(text)).isFalse();
    assertThatIllegalArgumentException().isThrownBy(() -> new MediaType(text));
  }

  @Test
  void isValid_127CharactersOnEachSide_isTheLongest() {
    assertThat(MediaType.isValid("a".repeat(127) + "/" + "b".repeat(127))).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          application/json                | application/json
          application/json; charset=utf-8 | application/json
          ' Application/JSON ;a=b;c=d'    | application/json
          a/b;                            | a/b
          ;a=b                            | ''
          """)
  void withoutParameters_asWritten_isTheCanonicalSpelling(String text, String bare) {
    assertThat(MediaType.withoutParameters(text)).isEqualTo(bare);
  }

  @Test
  void isIndex_eachKnownType_onlyThoseThatListManifests() {
    assertThat(MediaType.OCI_INDEX.isIndex()).isTrue();
    assertThat(MediaType.DOCKER_MANIFEST_LIST.isIndex()).isTrue();
    assertThat(MediaType.OCI_MANIFEST.isIndex()).isFalse();
    assertThat(MediaType.DOCKER_MANIFEST.isIndex()).isFalse();
    assertThat(MediaType.DOCKER_SCHEMA1_SIGNED.isIndex()).isFalse();
  }

  @Property
  void withoutParameters_anyText_isIdempotent(@ForAll String text) {
    String bare = MediaType.withoutParameters(text);

    assertThat(MediaType.withoutParameters(bare)).isEqualTo(bare);
    assertThat(bare).doesNotContain(";");
  }
}
