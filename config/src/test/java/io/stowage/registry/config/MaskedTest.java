package io.stowage.registry.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MaskedTest {
  @ParameterizedTest
  @CsvSource({
    "https://me:hidden@host/x, https://****@host/x",
    "https://me:hid@den@host/x, https://****@host/x",
    "https://host/me@there, https://host/me@there",
    "me:hidden@mail.test:25, ****@mail.test:25",
    "mail.test:25, mail.test:25",
    "https://h/?api_key=hidden&n=1, https://h/?api_key=****&n=1",
    "https://h/?n=1&Access_Token=hidden, https://h/?n=1&Access_Token=****",
    "https://h/?page=2, https://h/?page=2"
  })
  void show_urls_areWithoutTheirSecrets(String text, String shown) {
    assertThat(Masked.show(text, false)).isEqualTo(shown);
  }

  @Test
  void show_whatATerminalActsUpon_isEscaped() {
    assertThat(Masked.show("a\nb\u001b[31mc\u202ed", false))
        .isEqualTo("a\\u000ab\\u001b[31mc\\u202ed");
  }

  @Test
  void show_unknownKeyWithControlCharacters_staysOnOneLine() {
    assertThat(Loading.minimalAnd("\"a\\nb\": 1").notices())
        .singleElement()
        .asString()
        .contains("a\\u000ab")
        .doesNotContain("\n");
  }
}
