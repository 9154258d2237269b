package io.stowage.registry.server.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PercentTest {
  @ParameterizedTest
  @CsvSource({
    "abc,abc",
    "a%2Fb,a/b",
    "a%2fb,a/b",
    "%C3%A9,\u00e9",
    "%252e,%2e",
    "%F0%9F%98%80,\ud83d\ude00",
    "+,+"
  })
  void decode_wellFormed_decodesOnce(String raw, String text) {
    assertThat(Percent.decode(raw)).contains(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%",
        "%1",
        "a%",
        "a%2",
        "%zz",
        "%2g",
        "% 2",
        "%+2",
        "%\uff12\uff11",
        "\u00e9",
        "%80",
        "%c3",
        "%c0%af",
        "%ed%a0%80",
        "%f4%90%80%80",
        "%ff"
      })
  void decode_malformed_isEmpty_PF1(String raw) {
    assertThat(Percent.decode(raw)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "aZ0-._~,aZ0-._~",
    "a/b,a%2Fb",
    "\u00e9,%C3%A9",
    "a b+c&d=e,a%20b%2Bc%26d%3De",
    "'\"<>',%22%3C%3E"
  })
  void encode_text_escapesAllButUnreserved_PF15(String text, String raw) {
    assertThat(Percent.encode(text)).isEqualTo(raw);
  }

  @Property
  void decode_whatEncodeWrote_isTheSame(@ForAll String text) {
    Assume.that(StandardCharsets.UTF_8.newEncoder().canEncode(text));

    assertThat(Percent.encode(text)).matches("[A-Za-z0-9._~%-]*");
    assertThat(Percent.decode(Percent.encode(text))).contains(text);
  }

  @Property
  void decode_anyText_givesTextOrNothing(@ForAll String text) {
    Percent.decode(text)
        .ifPresent(
            decoded -> assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(decoded)).isTrue());
  }
}
