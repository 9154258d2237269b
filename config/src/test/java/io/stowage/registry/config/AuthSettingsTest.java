package io.stowage.registry.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who vouches for people, how passwords are checked, and tokens of our own. */
class AuthSettingsTest {
  private static final Loading MINIMAL = Loading.of(Loading.MINIMAL);
  private static final String TOKEN = "realm: 'https://t', service: s, issuer: i";

  private static AuthSettings auth(String section) {
    return Loading.minimalAnd("auth: {" + section + "}").configuration().auth();
  }

  @Test
  void htpasswd_onlyPath_hasARealm() {
    assertThat(auth("htpasswd: {path: users}"))
        .isEqualTo(new AuthSettings.Htpasswd("Registry", Path.of("users"), false));
  }

  @Test
  void htpasswd_createMissing_isBound() {
    assertThat(
            Loading.minimalAnd(
                    "auth: {htpasswd: {path: /p}}\nstowage: {auth: {createmissing: true}}")
                .configuration()
                .auth())
        .isEqualTo(new AuthSettings.Htpasswd("Registry", Path.of("/p"), true));
  }

  @Test
  void htpasswd_withoutPath_isRefusedNamingKeyAndVariable() {
    String missing =
        "auth.htpasswd.path is missing (expected: the file of users and bcrypt hashes); its"
            + " variable is REGISTRY_AUTH_HTPASSWD_PATH";

    assertThat(MINIMAL.with("REGISTRY_AUTH", "htpasswd").problems())
        .containsExactly("REGISTRY_AUTH: " + missing);
    assertThat(MINIMAL.with("REGISTRY_AUTH_HTPASSWD_REALM", "r").problems())
        .containsExactly("REGISTRY_AUTH_HTPASSWD_REALM: " + missing);
    assertThat(Loading.minimalAnd("auth:\n  htpasswd:\n").problems())
        .containsExactly("config.yml:6: " + missing);
  }

  @Test
  void token_everyKey_isBound() {
    assertThat(
            auth(
                "token: {"
                    + TOKEN
                    + ", rootcertbundle: /c, jwks: /j, signingalgorithms: [ES256, RS512]}"))
        .isEqualTo(
            new AuthSettings.Token(
                "https://t",
                "s",
                "i",
                Path.of("/c"),
                Path.of("/j"),
                false,
                "/auth/token",
                List.of("ES256", "RS512")));
  }

  @Test
  void token_withoutAlgorithms_allowsAllThirteen() {
    assertThat(((AuthSettings.Token) auth("token: {" + TOKEN + ", jwks: /j}")).signingAlgorithms())
        .hasSize(13)
        .contains("EdDSA", "HS256", "RS384", "ES512", "PS256");
  }

  @Test
  void token_autoRedirect_needsNoRealm() {
    assertThat(
            auth(
                "token: {service: s, issuer: i, jwks: /j, autoredirect: true, autoredirectpath: /t}"))
        .isInstanceOfSatisfying(
            AuthSettings.Token.class,
            token -> {
              assertThat(token.realm()).isEmpty();
              assertThat(token.autoRedirect()).isTrue();
              assertThat(token.autoRedirectPath()).isEqualTo("/t");
            });
  }

  @Test
  void token_bare_isRefusedNamingEachThatIsMissing() {
    assertThat(MINIMAL.with("REGISTRY_AUTH", "token").problems())
        .containsExactly(
            "REGISTRY_AUTH: auth.token.realm is missing (expected: the URL of the token service);"
                + " its variable is REGISTRY_AUTH_TOKEN_REALM",
            "REGISTRY_AUTH: auth.token.service is missing (expected: the name of this registry, as"
                + " the token service knows it); its variable is REGISTRY_AUTH_TOKEN_SERVICE",
            "REGISTRY_AUTH: auth.token.issuer is missing (expected: the name of the token service,"
                + " as it stands in tokens); its variable is REGISTRY_AUTH_TOKEN_ISSUER",
            "REGISTRY_AUTH: auth.token.rootcertbundle is missing (expected: the file of its"
                + " certificates, or auth.token.jwks); its variable is"
                + " REGISTRY_AUTH_TOKEN_ROOTCERTBUNDLE");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "signingalgorithms: [none]    | signingalgorithms: \"none\" is not allowed (expected: EdDSA,"
            + " HS256, HS384, HS512, RS256, RS384, RS512, ES256, ES384, ES512, PS256, PS384, PS512)",
        "signingalgorithms: [es256]   | signingalgorithms: \"es256\" is not allowed (expected: EdDSA,"
            + " HS256, HS384, HS512, RS256, RS384, RS512, ES256, ES384, ES512, PS256, PS384, PS512);"
            + " did you mean ES256?",
        "autoredirectpath: token      | autoredirectpath: \"token\" is not allowed (expected: a path"
            + " such as /auth/token)",
        "autoredirectpath: '/a\"b'    | autoredirectpath: \"/a\"b\" is not allowed (expected: a path"
            + " such as /auth/token)",
        "service: \"a\\tb\"           | service: \"a\\u0009b\" is not allowed (expected: printable ASCII"
            + " characters)"
      })
  void token_valueThatBreaksARule_isRefused(String key, String problem) {
    assertThat(
            Loading.minimalAnd(
                    "auth:\n  token:\n    realm: 'https://t'\n    issuer: i\n    jwks: /j\n    "
                        + key
                        + (key.startsWith("service") ? "" : "\n    service: s"))
                .problems())
        .containsExactly("config.yml:10: auth.token." + problem);
  }

  @Test
  void token_realmThatIsNoUrl_isAcceptedWithAWarning() {
    assertThat(
            Loading.minimalAnd("auth: {token: {realm: t, service: s, issuer: i, jwks: /j}}")
                .notices())
        .containsExactly(
            "config.yml:5: auth.token.realm: no URL with http or https; clients will not get a"
                + " token");
  }

  @Test
  void realm_lineBreak_isRefused() {
    assertThat(Loading.minimalAnd("auth: {htpasswd: {path: /p, realm: \"a\\nX: b\"}}").problems())
        .containsExactly(
            "config.yml:5: auth.htpasswd.realm: \"a\\u000aX: b\" is not allowed (expected: printable ASCII"
                + " characters)");
  }

  @ParameterizedTest
  @CsvSource({"auto, AUTO", "true, ON", "yes, ON", "false, OFF", "off, OFF"})
  void tokens_enabled_hasThreeWords(String word, TokenSettings.Mode mode) {
    assertThat(
            Loading.minimalAnd(
                    "auth: {htpasswd: {path: /p}}\nstowage: {tokens: {enabled: " + word + "}}")
                .configuration()
                .tokens()
                .mode())
        .isEqualTo(mode);
  }

  @Test
  void tokens_onWithoutUsers_areAcceptedWithAWarning() {
    assertThat(Loading.minimalAnd("stowage: {tokens: {enabled: true}}").notices())
        .containsExactly(
            "config.yml:5: stowage.tokens.enabled: has no effect without auth.htpasswd");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tokens.enabled         | maybe   | auto, true, false",
        "tokens.lifetime        | 59s     | at least 1m",
        "tokens.lifetime        | 25h     | at most 24h",
        "tokens.refreshlifetime | 4m      | at least 5m",
        "tokens.keyrotation     | 59m     | at least 1h",
        "auth.remember          | -1s     | at least 0s",
        "auth.failurewindow     | 999ms   | at least 1s",
        "auth.freefailures      | 0       | a number from 1 to 2147483647",
        "auth.maxwaiting        | 0       | a number from 1 to 2147483647"
      })
  void ours_outOfBounds_isRefused(String key, String written, String expected) {
    String section = key.substring(0, key.indexOf('.'));
    String name = key.substring(key.indexOf('.') + 1);

    assertThat(
            Loading.minimalAnd("stowage: {" + section + ": {" + name + ": " + written + "}}")
                .problems())
        .containsExactly(
            "config.yml:5: stowage."
                + key
                + ": \""
                + written
                + "\" is not allowed (expected: "
                + expected
                + ")");
  }

  @Test
  void logins_zeroRemember_turnsTheMemoryOff() {
    assertThat(
            Loading.minimalAnd("stowage: {auth: {remember: 0}}")
                .configuration()
                .logins()
                .remember())
        .isEqualTo(Duration.ZERO);
  }
}
