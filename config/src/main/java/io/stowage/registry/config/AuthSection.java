package io.stowage.registry.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * {@code auth}, {@code stowage.auth} and {@code stowage.tokens} to records. That there is at most
 * one kind of access is checked elsewhere.
 */
final class AuthSection {
  private static final String HTPASSWD = "auth.htpasswd";
  private static final String TOKEN = "auth.token";
  private static final String CERTIFICATES = "auth.token.rootcertbundle";
  private static final String KEY_SET = "auth.token.jwks";
  private static final String TOKENS = "stowage.tokens";
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private static final List<String> ALGORITHMS =
      List.of(
          "EdDSA", "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512",
          "PS256", "PS384", "PS512");
  private static final Pattern QUOTABLE = Pattern.compile("[ -~]*");
  private static final Pattern URL = Pattern.compile("https?://[!-~]+");
  private static final Pattern PATH = Pattern.compile("/[!-~&&[^\"\\\\]]*");

  private static final int MAX_FREE_FAILURES = 100;

  private final Values values;

  AuthSection(Values values) {
    this.values = values;
  }

  AuthSettings auth() {
    if (values.isWritten(HTPASSWD)) {
      return htpasswd();
    }
    return values.isWritten(TOKEN) ? token() : new AuthSettings.None();
  }

  private AuthSettings htpasswd() {
    Optional<Path> path = values.file(HTPASSWD + ".path");
    if (!values.isGiven(HTPASSWD + ".path")) {
      values.missing(HTPASSWD, "path", "the file of users and bcrypt hashes");
    }
    return new AuthSettings.Htpasswd(
        quotable(HTPASSWD + ".realm"),
        path.orElse(Path.of("")),
        values.flag("stowage.auth.createmissing"));
  }

  private AuthSettings token() {
    boolean redirects = values.flag(TOKEN + ".autoredirect");
    return new AuthSettings.Token(
        redirects ? quotable(TOKEN + ".realm") : realm(),
        required("service", "the name of this registry, as the token service knows it"),
        required("issuer", "the name of the token service, as it stands in tokens"),
        values.file(CERTIFICATES).orElse(null),
        keySet().orElse(null),
        redirects,
        redirectPath(),
        algorithms());
  }

  private String realm() {
    String realm = required("realm", "the URL of the token service");
    if (!realm.isEmpty() && !URL.matcher(realm).matches()) {
      values.warn(TOKEN + ".realm", ": no URL with http or https; clients will not get a token");
    }
    return realm;
  }

  private String required(String name, String expected) {
    String text = quotable(KeyNode.join(TOKEN, name));
    if (text.isEmpty()) {
      values.missing(TOKEN, name, expected);
    }
    return text;
  }

  /** A text that may stand in quotes in a header field. */
  private String quotable(String key) {
    String text = values.text(key);
    if (!QUOTABLE.matcher(text).matches()) {
      values.refuse(key, "printable ASCII characters");
    }
    return text;
  }

  /** Needed only without certificates. */
  private Optional<Path> keySet() {
    if (!values.isGiven(KEY_SET) && !values.isGiven(CERTIFICATES)) {
      values.missing(TOKEN, "rootcertbundle", "the file of its certificates, or " + KEY_SET);
    }
    return values.file(KEY_SET);
  }

  private String redirectPath() {
    String key = TOKEN + ".autoredirectpath";
    String path = values.text(key);
    if (!PATH.matcher(path).matches()) {
      values.refuse(key, "a path such as /auth/token");
    }
    return path;
  }

  private List<String> algorithms() {
    String key = TOKEN + ".signingalgorithms";
    List<String> algorithms = values.texts(key);
    for (String algorithm : algorithms) {
      if (!ALGORITHMS.contains(algorithm)) {
        String hint =
            Suggestions.hint(
                algorithm.toUpperCase(Locale.ROOT), ALGORITHMS, UnaryOperator.identity());
        values.refuseOne(key, algorithm, String.join(", ", ALGORITHMS), hint);
      }
    }
    return algorithms.isEmpty() ? ALGORITHMS : algorithms;
  }

  LoginSettings logins() {
    return new LoginSettings(
        values.duration("stowage.auth.remember", Duration.ZERO),
        freeFailures(),
        values.duration("stowage.auth.failurewindow", Duration.ofSeconds(1)),
        (int) values.integer("stowage.auth.maxwaiting", 1));
  }

  /** Each of them is kept for a while, for many addresses and users. */
  private int freeFailures() {
    String key = "stowage.auth.freefailures";
    long failures = values.integer(key, 1);
    if (failures > MAX_FREE_FAILURES) {
      values.refuse(key, "a number from 1 to " + MAX_FREE_FAILURES);
    }
    return (int) Math.min(failures, MAX_FREE_FAILURES);
  }

  TokenSettings tokens(AuthSettings auth) {
    TokenSettings.Mode mode = mode();
    if (mode == TokenSettings.Mode.ON && !(auth instanceof AuthSettings.Htpasswd)) {
      values.warn(TOKENS + ".enabled", ": has no effect without auth.htpasswd");
    }
    Duration lifetime = values.duration(TOKENS + ".lifetime", MINUTE, Duration.ofDays(1));
    return new TokenSettings(
        mode,
        quotable(TOKENS + ".service"),
        quotable(TOKENS + ".issuer"),
        lifetime,
        values.duration(TOKENS + ".refreshlifetime", lifetime),
        values.duration(TOKENS + ".keyrotation", Duration.ofHours(1)));
  }

  private TokenSettings.Mode mode() {
    String key = TOKENS + ".enabled";
    String word = values.text(key);
    if (word.equals("auto")) {
      return TokenSettings.Mode.AUTO;
    }
    Optional<Boolean> enabled = Booleans.parse(word);
    if (enabled.isEmpty()) {
      values.refuse(key, "auto, true, false");
    }
    return enabled.orElse(false) ? TokenSettings.Mode.ON : TokenSettings.Mode.OFF;
  }
}
