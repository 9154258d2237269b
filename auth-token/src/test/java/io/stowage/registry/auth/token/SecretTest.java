package io.stowage.registry.auth.token;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SecretTest {
  private final SecureRandom random = new SecureRandom();

  @Test
  void generate_isFoundAgainAndNeverTwiceTheSame() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      Secret secret = Secret.generate(random);
      assertThat(secret.text()).matches("stw_[0-9a-z]{10}_[0-9A-Za-z]{34}");
      assertThat(Secret.find(secret.text())).contains(secret);
      assertThat(seen.add(secret.text())).isTrue();
    }
  }

  @Test
  void find_anythingElse_isEmpty() {
    String text = Secret.generate(random).text();
    char last = text.charAt(text.length() - 1);
    String misspelled = text.substring(0, text.length() - 1) + (last == 'a' ? 'b' : 'a');

    for (String password :
        List.of(
            "",
            "stw_",
            "secret",
            misspelled,
            text + "x",
            " " + text,
            text.toUpperCase(Locale.ROOT))) {
      assertThat(Secret.find(password)).as(password).isEmpty();
    }
  }

  @Test
  void an6_matches_comparesTheHashOfTheWholeSecret() {
    Secret secret = Secret.generate(random);
    Secret other = Secret.generate(random);

    assertThat(secret.matches(secret.hash())).isTrue();
    assertThat(secret.matches(other.hash())).isFalse();
    assertThat(new Secret(secret.id(), other.text()).matches(secret.hash())).isFalse();
  }

  @Test
  void sl1_toString_tellsTheIdOnly() {
    Secret secret = Secret.generate(random);

    assertThat(secret).hasToString("stw_" + secret.id() + "_...");
  }
}
