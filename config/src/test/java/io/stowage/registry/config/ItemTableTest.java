package io.stowage.registry.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The golden table of what stands in lists: in the file, in a variable by the file's word and by
 * the field of distribution's source, in a variable that holds the whole list, and behind an item
 * of the file. It must have a row for every such key that is built.
 */
class ItemTableTest {
  private static final String TABLE =
      """
      notifications.endpoints[].name                | hook                     | hook
      notifications.endpoints[].url                 | https://h.test/events    | https://h.test/events
      notifications.endpoints[].disabled            | yes                      | true
      notifications.endpoints[].headers             | {X-A: [a, b], X-B: c}    | ****
      notifications.endpoints[].timeout             | 500ms                    | 500ms
      notifications.endpoints[].threshold           | 3                        | 3
      notifications.endpoints[].backoff             | 1m                       | 1m
      notifications.endpoints[].ignoredmediatypes   | [a/b, c/d]               | [a/b, c/d]
      notifications.endpoints[].ignore.mediatypes   | a/b                      | [a/b]
      notifications.endpoints[].ignore.actions      | [pull, mount]            | [pull, mount]
      log.hooks[].type                              | mail                     | mail
      log.hooks[].disabled                          | yes                      | true
      log.hooks[].levels                            | [error, warn]            | [error, warn]
      log.hooks[].options.smtp.addr                 | mail.test:25             | mail.test:25
      log.hooks[].options.smtp.username             | me                       | me
      log.hooks[].options.smtp.password             | secret                   | ****
      log.hooks[].options.smtp.insecure             | yes                      | true
      log.hooks[].options.from                      | a@test                   | a@test
      log.hooks[].options.to                        | [b@test, c@test]         | [b@test, c@test]
      health.file[].file                            | /maintenance             | /maintenance
      health.file[].interval                        | 1s                       | 1s
      health.file[].threshold                       | 2                        | 2
      health.http[].uri                             | https://other.test/      | https://other.test/
      health.http[].headers                         | {Authorization: [x]}     | ****
      health.http[].statuscode                      | 204                      | 204
      health.http[].timeout                         | 2s                       | 2s
      health.http[].interval                        | 1m30s                    | 1m30s
      health.http[].threshold                       | 4                        | 4
      health.tcp[].addr                             | redis.test:6379          | redis.test:6379
      health.tcp[].timeout                          | 3s                       | 3s
      health.tcp[].interval                         | 5s                       | 5s
      health.tcp[].threshold                        | 5                        | 5
      validation.manifests.indexes.platformlist[].architecture | arm64         | arm64
      validation.manifests.indexes.platformlist[].os | linux                   | linux
      stowage.access.rules[].subject                | user:bob                 | user:bob
      stowage.access.rules[].repositories           | [team/**, '*']           | [team/**, *]
      stowage.access.rules[].actions                | [pull, push]             | [pull, push]
      """;

  /** What an item can't be without, by its list. */
  private static final Map<String, Map<String, String>> NEEDED =
      Map.of(
          "notifications.endpoints", Map.of("url", "'http://x'"),
          "log.hooks",
              Map.of(
                  "type", "mail",
                  "options.smtp.addr", "'m:25'",
                  "options.from", "a@x",
                  "options.to", "b@x"),
          "health.file", Map.of("file", "/f"),
          "health.http", Map.of("uri", "'http://x/'"),
          "health.tcp", Map.of("addr", "'x:1'"),
          "validation.manifests.indexes.platformlist", Map.of(),
          "stowage.access.rules",
              Map.of("subject", "authenticated", "repositories", "'**'", "actions", "pull"));

  record Row(String list, String key, String written, String effective) {
    String path(int index) {
      return list + "[" + index + "]." + key;
    }

    private Map<String, String> needed() {
      return Objects.requireNonNull(NEEDED.get(list), list);
    }

    /** A flow mapping with what the item needs, and the key besides if that is asked for. */
    private String item(boolean whole) {
      Map<String, String> values = new TreeMap<>(needed());
      if (whole) {
        values.put(key, written);
      }
      return mapping("", values);
    }

    private static String mapping(String prefix, Map<String, String> values) {
      return values.keySet().stream()
          .filter(path -> path.startsWith(prefix))
          .map(path -> path.substring(prefix.length()).replaceFirst("\\..*", ""))
          .distinct()
          .map(name -> name + ": " + valueOf(prefix + name, values))
          .collect(Collectors.joining(", ", "{", "}"));
    }

    private static String valueOf(String path, Map<String, String> values) {
      String value = values.get(path);
      return value == null ? mapping(path + ".", values) : value;
    }

    private static String nested(String path, String value) {
      int dot = path.indexOf('.');
      return dot < 0
          ? path + ": " + value
          : path.substring(0, dot) + ": {" + nested(path.substring(dot + 1), value) + "}";
    }

    Loading inFile() {
      return withUsers(Loading.minimalAnd(nested(list, "[" + item(true) + "]") + "\n"));
    }

    Loading inVariableOfTheList() {
      return withUsers(
          Loading.of(Loading.MINIMAL).with(variable(list, false), "[" + item(true) + "]"));
    }

    Loading inVariable(boolean byField) {
      Loading loading = Loading.of(Loading.MINIMAL);
      String item = variable(list, byField) + "_0_";
      for (Map.Entry<String, String> entry : needed().entrySet()) {
        loading = loading.with(item + upper(entry.getKey()), entry.getValue());
      }
      return withUsers(loading.with(item + upper(key), written));
    }

    Loading behindAnItemOfTheFile() {
      Loading loading = Loading.minimalAnd(nested(list, "[" + item(false) + "]") + "\n");
      String item = variable(list, false) + "_1_";
      for (Map.Entry<String, String> entry : needed().entrySet()) {
        loading = loading.with(item + upper(entry.getKey()), entry.getValue());
      }
      if (list.equals("notifications.endpoints")) {
        loading = loading.with(item + "NAME", "second");
      }
      return withUsers(loading.with(item + upper(key), written));
    }

    private static Loading withUsers(Loading loading) {
      return loading.with("REGISTRY_AUTH_HTPASSWD_PATH", "/users");
    }

    static String variable(String list, boolean byField) {
      String field = byField ? KnownKeys.FIELD_NAMES.get(list) : null;
      return field == null
          ? VariableNames.of(list)
          : VariableNames.of(list.substring(0, list.lastIndexOf('.') + 1) + field);
    }

    private static String upper(String key) {
      return key.toUpperCase(Locale.ROOT).replace('.', '_');
    }
  }

  static Stream<Row> rows() {
    return TABLE
        .lines()
        .map(line -> Arrays.stream(line.split(" \\| ")).map(String::strip).toList())
        .map(ItemTableTest::row);
  }

  private static Row row(List<String> cells) {
    int item = cells.get(0).indexOf("[].");
    return new Row(
        cells.get(0).substring(0, item),
        cells.get(0).substring(item + 3),
        cells.get(1),
        cells.get(2));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void load_itemInFile_isInForceWithItsLine(Row row) {
    Setting setting = row.inFile().setting(row.path(0));

    assertThat(setting.value()).isEqualTo(row.effective());
    assertThat(setting.source()).isEqualTo(new Source.Line("config.yml", 5));
    assertThat(setting.changed()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void load_itemInVariable_isInForceByEitherName(Row row) {
    for (boolean byField : List.of(false, true)) {
      Setting setting = row.inVariable(byField).setting(row.path(0));

      assertThat(setting.value()).isEqualTo(row.effective());
      assertThat(setting.source())
          .isEqualTo(
              new Source.Variable(
                  Row.variable(row.list(), byField) + "_0_" + Row.upper(row.key())));
    }
  }

  @ParameterizedTest
  @MethodSource("rows")
  void load_listInVariable_isInForceWithItsName(Row row) {
    Setting setting = row.inVariableOfTheList().setting(row.path(0));

    assertThat(setting.value()).isEqualTo(row.effective());
    assertThat(setting.source()).isEqualTo(new Source.Variable(Row.variable(row.list(), false)));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void load_indexBehindTheFile_addsAnItem(Row row) {
    Loading loading = row.behindAnItemOfTheFile();

    assertThat(loading.setting(row.list()).value()).isEqualTo("2 items");
    assertThat(loading.setting(row.path(1)).value()).isEqualTo(row.effective());
  }

  @ParameterizedTest
  @MethodSource("rows")
  void load_itemOfTheTable_leavesNoWarning(Row row) {
    assertThat(row.inFile().notices()).isEmpty();
    assertThat(row.inVariable(true).notices()).isEmpty();
  }

  @Test
  void table_everyKeyInForce_hasARow() {
    Set<String> tested =
        rows().map(row -> row.list() + "[]." + row.key()).collect(Collectors.toSet());

    assertThat(KnownKeys.TABLE)
        .filteredOn(key -> key.fate() == Fate.BUILT && key.path().contains(KeyNode.ITEM))
        .extracting(Key::path)
        .allSatisfy(path -> assertThat(tested).contains(path));
  }

  @Test
  void settings_ofItems_standTogetherInTheOrderOfTheList() {
    assertThat(
            Loading.minimalAnd("health: {file: [{file: /a}, {file: /b, threshold: 2}]}")
                .accepted()
                .settings())
        .filteredOn(setting -> setting.key().startsWith("health.file"))
        .extracting(Setting::text)
        .containsExactly(
            "health.file = 2 items  (config.yml:5)",
            "health.file[0].file = /a  (config.yml:5)",
            "health.file[0].interval = 10s  (default)",
            "health.file[0].threshold = 0  (default)",
            "health.file[1].file = /b  (config.yml:5)",
            "health.file[1].interval = 10s  (default)",
            "health.file[1].threshold = 2  (config.yml:5)");
  }
}
