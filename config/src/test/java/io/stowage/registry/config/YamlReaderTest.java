package io.stowage.registry.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the file may look like. */
class YamlReaderTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "!!javax.script.ScriptEngineManager [x]",
        "!!java.lang.String x",
        "!own {a: b}",
        "!own",
        "!own!x",
        "!<own",
        "!!binary aGVsbG8=",
        "!!set {a, b}"
      })
  @DisplayName("PF-21: no tag names a class")
  void file_tagBeyondThePlainTypes_isRefused(String value) {
    assertThat(Loading.minimalAnd("x:\n  y: " + value).problems())
        .singleElement()
        .asString()
        .matches("(config.yml:6|error parsing config.yml: line 6): .*")
        .contains("a tag is not allowed here (a value that begins with ! needs quotes)")
        .doesNotContain("own", "java");
  }

  @Test
  void file_duplicateKey_lastWinsWithBothLines() {
    Loading loading = Loading.minimalAnd("http:\n  addr: :1\n  addr: :2\n");

    assertThat(loading.port()).isEqualTo(2);
    assertThat(loading.notices())
        .containsExactly(
            "config.yml:7: http.addr stands twice, here and at config.yml:6; the last one wins");
  }

  @Test
  void file_duplicateSection_lastWinsWhole() {
    Loading loading = Loading.minimalAnd("http: {addr: ':1'}\nhttp: {prefix: /a/}\n");

    assertThat(loading.port()).isEqualTo(5000);
    assertThat(loading.notices())
        .containsExactly(
            "config.yml:6: http stands twice, here and at config.yml:5; the last one wins");
  }

  @ParameterizedTest
  @CsvSource({"yes, true", "On, true", "TRUE, true", "no, false", "off, false"})
  void file_booleanOfYaml11_isUnderstood(String written, boolean value) {
    Loading loading =
        Loading.of("version: 0.1\nstorage: {filesystem: , delete: {enabled: " + written + "}}");

    assertThat(loading.configuration().storage().deleteEnabled()).isEqualTo(value);
    assertThat(loading.notices()).isEmpty();
  }

  @Test
  void file_booleanAsText_isAcceptedWithAWarning() {
    Loading loading =
        Loading.of("version: 0.1\nstorage: {filesystem: , delete: {enabled: 'true'}}");

    assertThat(loading.configuration().storage().deleteEnabled()).isTrue();
    assertThat(loading.notices())
        .containsExactly(
            "config.yml:2: storage.delete.enabled is text; it is read as true, write it without"
                + " quotes");
  }

  @Test
  void file_redirectThatIsNoBoolean_isRefused() {
    assertThat(
            Loading.of("version: 0.1\nstorage: {filesystem: , redirect: {disable: maybe}}")
                .problems())
        .containsExactly(
            "config.yml:2: storage.redirect.disable: \"maybe\" is not allowed (expected: true or"
                + " false)");
  }

  @ParameterizedTest
  @CsvSource({"012345", "1e3", "0.10", "yes", "2020-01-01", "1:30"})
  void file_numberWhereTextIsWanted_staysAsWritten(String written) {
    assertThat(
            Loading.minimalAnd("log: {fields: {a: " + written + "}}")
                .configuration()
                .log()
                .fields())
        .containsEntry("a", written);
  }

  @Test
  void file_anchorsAndMergeKeys_work() {
    Loading loading =
        Loading.of(
            """
            version: 0.1
            storage:
              filesystem: {rootdirectory: /d}
              maintenance:
                uploadpurging: &times {interval: 1h, age: 2h}
            http:
              headers: {X-A: &a [b], X-B: *a}
            log:
              fields: {<<: *times, age: own}
            """);

    assertThat(loading.configuration().http().headers().get("X-B")).containsExactly("b");
    assertThat(loading.configuration().log().fields())
        .containsEntry("interval", "1h")
        .containsEntry("age", "own");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"\"\\x", "\"\\x4", "\"\\u12", "\"\\U", "\"\\UFFFFFFFF\"", "\"\\U00110000\""})
  void file_escapeThatIsCutOrNamesNoCharacter_isRefused(String value) {
    assertThat(Loading.minimalAnd("x: " + value).problems())
        .singleElement()
        .asString()
        .contains("not valid YAML: ");
    assertThat(Loading.of(Loading.MINIMAL).with("REGISTRY_LOG_LEVEL", value).problems())
        .singleElement()
        .asString()
        .contains("the value is not valid YAML");
  }

  @Test
  void file_aliasThatContainsItself_isRefused() {
    assertThat(Loading.minimalAnd("x: &x [*x]").problems())
        .containsExactly("error parsing config.yml: not valid YAML: an alias contains itself");
  }

  @Test
  void file_aliasesThatUnfoldWithoutEnd_areRefused() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 10; i++) {
      String below = "*a" + (i - 1);
      bomb.append(
          "a%d: &a%d [%s]\n".formatted(i, i, String.join(", ", below, below, below, below)));
    }

    assertThat(Loading.minimalAnd(bomb.toString()).problems())
        .containsExactly(
            "error parsing config.yml: not valid YAML: aliases unfold to more than 100000 values");
  }

  @ParameterizedTest
  @CsvSource({
    "'a: [b', 'error parsing config.yml: line 1: not valid YAML: '",
    "'- a', 'config.yml: the file holds no sections (expected: key: value)'",
    "'word', 'config.yml: the file holds no sections (expected: key: value)'",
    "'? [a, b]\n: c', 'config.yml:1: a key must be a single word'",
    "'a: *hidden', 'error parsing config.yml: line 1: not valid YAML: found undefined alias (a value that begins with *"
        + " needs quotes)'"
  })
  void file_brokenText_isRefusedWithItsLine(String text, String problem) {
    assertThat(Loading.of(text).problems()).singleElement().asString().startsWith(problem);
  }

  @Test
  void file_empty_saysWhatIsMissing() {
    assertThat(Loading.of("# nothing\n").problems())
        .containsExactly(
            "config.yml: no storage configuration provided (expected: storage.filesystem)",
            "config.yml: version is missing; the first line should be version: 0.1");
  }

  @Test
  void file_secondDocument_isIgnoredWithAWarning() {
    assertThat(Loading.minimalAnd("---\nhttp: {addr: ':1'}\n").notices())
        .containsExactly("config.yml:6: a second YAML document begins here; it is ignored");
  }
}
