package io.stowage.registry.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A mark stands in every key that holds a secret, in whatever shape, by the file, by a variable and
 * by a file that a variable names; it must not come out anywhere.
 */
class SecretKeysTest {
  private static final String MARK = "hidden";

  /** Right and wrong values; in the wrong ones something is missing that a secret may well lack. */
  private static final List<String> SHAPES =
      List.of(
          "%s",
          "'%s'",
          "[%s]",
          "[[%s]]",
          "{a: %s}",
          "{a: [%s]}",
          "[{a: %s}]",
          "{a: {b: %s}}",
          "'http://u:%s@h/'",
          "!%s",
          "!!%s",
          "!%s!x",
          "*%s",
          "@%s",
          "`%s",
          "%%%s",
          "\"%s",
          "'%s",
          "[%s",
          "\"\\%s\"",
          "&%s",
          "&a %s",
          "|%s",
          ">%s",
          "{a: *%s}",
          "%s: %s: %s");

  /** Keys that hold a secret although they don't look like it: URLs, and drivers of others. */
  private static final List<String> BESIDES =
      List.of(
          "storage.s3.secretkey",
          "storage.s3.accesskey",
          "storage.gcs.credentials",
          "storage.swift.password",
          "auth.ldap.password");

  private static final List<String> URLS =
      List.of(
          "http.host",
          "notifications.endpoints[].url",
          "health.http[].uri",
          "proxy.remoteurl",
          "auth.token.realm");

  static Stream<String> secretKeys() {
    return Stream.concat(
        KnownKeys.TABLE.stream().filter(Key::secret).map(Key::path), BESIDES.stream());
  }

  @Test
  void table_knowsItsSecrets() {
    assertThat(KnownKeys.TABLE)
        .extracting(Key::path)
        .filteredOn(path -> path.matches(".*(password|secret|passphrase|headers|accountkey).*"))
        .filteredOn(path -> !path.equals("http.headers"))
        .allSatisfy(path -> assertThat(secretKeys()).contains(path));
  }

  @ParameterizedTest
  @MethodSource("secretKeys")
  void secret_inWhateverShape_isNowhereToBeSeen(String key) {
    for (String shape : SHAPES) {
      requireHidden(inFile(key, shape), shape);
      requireHidden(inVariable(key, shape), shape);
    }
  }

  @ParameterizedTest
  @MethodSource("secretKeys")
  void secret_inAFileOfItsOwn_isNowhereToBeSeen(String key) {
    String variable = variable(key) + "_FILE";

    requireHidden(beside(key).with(variable, "/secret").withFile("/secret", MARK + "\n"), "text");
    requireHidden(
        beside(key).with(variable, "/secret").with(variable(key), MARK).withFile("/secret", MARK),
        "both");
  }

  @Test
  void userOfAUrl_inWhateverKey_isNowhereToBeSeen() {
    for (String key : URLS) {
      for (String shape : List.of("'http://u:%s@h/'", "'ftp://u:%s@h/'", "'http://u:%s@ h/'")) {
        requireHidden(inFile(key, shape), key + shape);
        requireHidden(inVariable(key, shape), key + shape);
      }
    }
  }

  private static Loading inFile(String key, String shape) {
    return new Loading(
        Loading.MINIMAL + nested(key, marked(shape)),
        beside(key).environment(),
        beside(key).files());
  }

  private static Loading inVariable(String key, String shape) {
    return beside(key).with(variable(key), marked(shape));
  }

  /** What makes the key count. */
  private static Loading beside(String key) {
    Loading loading = Loading.of(Loading.MINIMAL);
    if (key.equals("stowage.http.tls.keypassphrase")) {
      return loading
          .with("REGISTRY_HTTP_TLS_CERTIFICATE", "/c")
          .with("REGISTRY_HTTP_TLS_KEY", "/k");
    }
    if (key.startsWith("health.http[]") && !key.endsWith("uri")) {
      return loading.with("REGISTRY_HEALTH_HTTP_0_URI", "http://x/");
    }
    return key.startsWith("notifications") && !key.endsWith("url")
        ? loading.with("REGISTRY_NOTIFICATIONS_ENDPOINTS_0_URL", "http://x/")
        : loading;
  }

  private static String marked(String shape) {
    return shape.replace("%s", MARK).replace("%%", "%");
  }

  private static String variable(String key) {
    return VariableNames.of(key.replace("[]", ".0"));
  }

  private static String nested(String path, String value) {
    StringBuilder text = new StringBuilder();
    String indent = "";
    for (String name : path.split("\\.", -1)) {
      text.append('\n').append(indent).append(name.replace("[]", "")).append(':');
      indent += "  ";
      if (name.endsWith("[]")) {
        text.append('\n').append(indent).append("-");
        indent += "  ";
      }
    }
    return text.append(' ').append(value).append('\n').toString();
  }

  private static void requireHidden(Loading loading, String about) {
    List<String> shown = new ArrayList<>();
    try {
      Loaded loaded = loading.load();
      shown.add(loaded.configuration().toString());
      loaded.settings().forEach(setting -> shown.add(setting + setting.text()));
      loaded.notices().forEach(notice -> shown.add(notice + notice.text()));
    } catch (ConfigurationException e) {
      shown.add(e.toString());
      e.notices().forEach(notice -> shown.add(notice + notice.text()));
    }
    assertThat(shown).as(about).isNotEmpty().noneMatch(text -> text.contains(MARK));
  }
}
