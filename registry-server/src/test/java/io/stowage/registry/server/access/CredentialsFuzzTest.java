package io.stowage.registry.server.access;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.server.http.Headers;
import io.stowage.registry.testkit.fuzz.Corpus;
import io.stowage.registry.testkit.fuzz.FuzzRun;
import io.stowage.registry.testkit.fuzz.Mutator;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** Any {@code Authorization} shows something or nothing, and is never printed. */
class CredentialsFuzzTest {
  private static final Base64.Encoder BASE64 = Base64.getEncoder();

  @Test
  void of_anyAuthorization_showsWhatIsThere_AN8() throws Exception {
    Corpus values =
        Corpus.of(
                "Basic " + BASE64.encodeToString("alice:secret-word".getBytes(UTF_8)),
                "basic " + BASE64.encodeToString("b\u00f6b:p:w:\u20ac".getBytes(UTF_8)),
                "Basic " + BASE64.encodeToString("x:".getBytes(UTF_8)),
                "Bearer eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl",
                "BEARER  t ")
            .withWords("Basic ", "Bearer ", "Digest ", "=", "==", "Og==", "OmE=", "Basic Basic ");

    FuzzRun.of("credentials", new Mutator(values))
        .against(input -> isShown(new String(input, ISO_8859_1)));
  }

  private static boolean isShown(String value) {
    Headers headers;
    try {
      headers = Headers.of("Authorization", value);
    } catch (IllegalArgumentException controlCharacter) {
      return false;
    }
    return switch (Credentials.of(headers)) {
      case Credentials.Password password -> {
        String pair = password.user() + ":" + password.password();
        assertThat(password.user()).isNotEmpty().doesNotContain(":");
        assertThat(value.strip().substring("Basic ".length()).strip())
            .satisfies(
                encoded ->
                    assertThat(Base64.getDecoder().decode(encoded))
                        .isEqualTo(pair.getBytes(UTF_8)));
        assertThat(password).hasToString("password of a user");
        yield true;
      }
      case Credentials.Bearer bearer -> {
        assertThat(bearer.token()).isNotEmpty().isEqualTo(bearer.token().strip());
        assertThat(value).endsWith(bearer.token() + trailing(value));
        assertThat(bearer).hasToString("token");
        yield true;
      }
      case Credentials.None _ -> throw new AssertionError("there is an Authorization");
      case Credentials.Unusable _ -> false;
    };
  }

  private static String trailing(String value) {
    return value.substring(value.stripTrailing().length());
  }
}
