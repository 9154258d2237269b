package io.stowage.registry.config;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever the input, it is accepted, or refused with at least one problem; never a crash. */
class GeneratedInputTest {
  private static final List<String> SCALARS =
      List.of(
          "",
          "~",
          "x",
          "true",
          "'true'",
          "no",
          "0",
          "-1",
          "30",
          "99999999999999999999",
          "1e9",
          "1:30",
          "10s",
          "1h",
          "4MiB",
          "[]",
          "[a, b]",
          "[[a], {b: c}]",
          "{}",
          "{a: b}",
          "{none: , htpasswd: }",
          "filesystem",
          "redis",
          "'\\0'",
          "\"\\0\"",
          "\"\\uD800\"",
          "!!int x",
          "!x y",
          "*a",
          "&a [*a]",
          "<<",
          "{<<: {a: b}}",
          "{<<: 1}",
          "? ",
          "a: b: c",
          "[",
          "'(('",
          "https://u:p@h",
          "\t",
          "# c",
          "|\n  text",
          "2020-01-01",
          "0x",
          "{[a]: b}",
          "{null: x}");

  @Property(tries = 1000)
  void load_anyText_isAcceptedOrRefused(@ForAll String text) {
    requireAnswer(Loading.of(text));
    requireAnswer(Loading.of(Loading.MINIMAL).with("REGISTRY_HTTP_HEADERS", text));
  }

  @Property(tries = 2000)
  void load_knownKeysWithAnyValues_isAcceptedOrRefused(
      @ForAll("files") String text, @ForAll("environments") Map<String, String> environment) {
    requireAnswer(new Loading(text, environment, Map.of("x", "content")));
  }

  @Property(tries = 2000)
  void load_listsOfAnyItems_areAcceptedOrRefused(
      @ForAll("lists") String text, @ForAll("environments") Map<String, String> environment) {
    requireAnswer(new Loading(Loading.MINIMAL + text, environment, Map.of("x", "content")));
  }

  @Property(tries = 2000)
  void load_anyRules_areAcceptedOnlyIfTheyAreSound(
      @ForAll("subjects") String subject,
      @ForAll("patterns") String pattern,
      @ForAll("actions") List<String> actions) {
    String rules =
        "groups: {ci: [a]}\nrules:\n- {subject: %s, repositories: %s, actions: [%s]}\n"
            .formatted(
                quoted(subject),
                quoted(pattern),
                actions.stream().map(GeneratedInputTest::quoted).collect(joining(",")));
    Loading loading =
        Loading.minimalAnd("stowage: {access: {file: /rules}}").withFile("/rules", rules);
    requireAnswer(loading);
    if (loading.problems().isEmpty()) {
      assertThat(loading.configuration().access().rules())
          .singleElement()
          .satisfies(rule -> assertSound(rule, pattern, actions));
    }
  }

  private static void assertSound(AccessSettings.Rule rule, String pattern, List<String> actions) {
    assertThat(rule.repositories()).isEqualTo(pattern.isEmpty() ? "**" : pattern);
    assertThat(rule.repositories().split("/", -1))
        .allMatch(part -> part.matches("\\*\\*|\\$\\{user}|(?!.*\\*\\*)[A-Za-z0-9._*?-]+"));
    assertThat(rule.actions())
        .extracting(AccessSettings.Permission::text)
        .containsExactlyInAnyOrderElementsOf(new HashSet<>(actions));
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  @Provide
  Arbitrary<String> subjects() {
    return Arbitraries.oneOf(
        Arbitraries.of("anonymous", "authenticated", "user:bob", "group:ci", "group:x", "user:"),
        Arbitraries.strings().ofMaxLength(12));
  }

  @Provide
  Arbitrary<String> patterns() {
    return Arbitraries.oneOf(
        Arbitraries.of("a", "b-c", "*", "**", "?", "${user}", "${", "x**", "", " ", "ü")
            .list()
            .ofMaxSize(5)
            .map(parts -> String.join("/", parts)),
        Arbitraries.strings().ofMaxLength(12));
  }

  @Provide
  Arbitrary<List<String>> actions() {
    return Arbitraries.oneOf(
            Arbitraries.of(AccessSettings.Permission.values()).map(AccessSettings.Permission::text),
            Arbitraries.of("", "read", "PULL", "tag_overwrite"))
        .list()
        .ofMaxSize(3);
  }

  private static void requireAnswer(Loading loading) {
    try {
      Loaded loaded = loading.load();
      assertThat(loaded.configuration().toString()).isNotEmpty();
      assertThat(loaded.settings())
          .extracting(Setting::text)
          .isNotEmpty()
          .allMatch(line -> !line.isBlank());
    } catch (ConfigurationException refused) {
      assertThat(refused.problems()).isNotEmpty();
      assertThat(refused.getMessage()).isNotBlank();
    }
  }

  @Provide
  Arbitrary<String> files() {
    Arbitrary<String> line =
        Combinators.combine(Arbitraries.of(paths()), scalars())
            .as((path, scalar) -> nested(path, scalar));
    return line.list().ofMaxSize(4).map(lines -> Loading.MINIMAL + String.join("", lines));
  }

  /** Up to three items of one list, each with up to six of its keys. */
  @Provide
  Arbitrary<String> lists() {
    return Arbitraries.of(lists(KnownKeys.ROOT))
        .flatMap(
            list ->
                item(list)
                    .list()
                    .ofMaxSize(3)
                    .map(items -> nested(list.path(), "\n" + String.join("", items))));
  }

  private static Arbitrary<String> item(KeyNode list) {
    String indent = "  ".repeat(list.path().split("\\.", -1).length);
    return Combinators.combine(Arbitraries.of(leaves(list.item())), itemScalars())
        .as((leaf, scalar) -> flow(leaf.substring(list.item().path().length() + 1), scalar))
        .list()
        .ofMaxSize(6)
        .map(keys -> indent + "- {" + String.join(", ", keys) + "}\n");
  }

  /** What an item may well hold, and what it may not. */
  private static Arbitrary<String> itemScalars() {
    return Arbitraries.oneOf(
        Arbitraries.of("'http://x/'", "'x:1'", "/f", "a", "b", "1s", "2", "[push]", "{X: [y]}"),
        Arbitraries.of("", "~", "no", "-1", "99999999999999999999", "'\\0'", "[]", "{}", "[[a]]"));
  }

  private static String flow(String path, String scalar) {
    int dot = path.indexOf('.');
    return dot < 0
        ? path + ": " + scalar
        : path.substring(0, dot) + ": {" + flow(path.substring(dot + 1), scalar) + "}";
  }

  private static List<KeyNode> lists(KeyNode node) {
    return node.children().values().stream()
        .flatMap(child -> child.isList() ? Stream.of(child) : lists(child).stream())
        .toList();
  }

  private static List<String> leaves(KeyNode node) {
    return node.children().isEmpty()
        ? List.of(node.path())
        : node.children().values().stream().flatMap(child -> leaves(child).stream()).toList();
  }

  @Provide
  Arbitrary<Map<String, String>> environments() {
    Arbitrary<String> known = Arbitraries.of(VariableNames.withoutPrefix());
    Arbitrary<String> suffix =
        Arbitraries.of("", "", "", "_FILE", "_0", "_7", "_X", "_x-a_1", "__", "_999999999999");
    Arbitrary<String> name =
        Combinators.combine(known, suffix).as((word, end) -> VariableNames.PREFIX + word + end);
    return Arbitraries.maps(name, scalars()).ofMaxSize(6);
  }

  private static Arbitrary<String> scalars() {
    return Arbitraries.of(SCALARS);
  }

  private static List<String> paths() {
    return KnownKeys.TABLE.stream()
        .map(Key::path)
        .flatMap(path -> Stream.of(path, path.replaceFirst("\\.?[a-z0-9_]+$", "")))
        .filter(path -> !path.isEmpty())
        .distinct()
        .toList();
  }

  private static String nested(String path, String scalar) {
    StringBuilder text = new StringBuilder();
    String indent = "";
    for (String name : path.split("\\.", -1)) {
      boolean list = name.endsWith("[]");
      text.append(indent).append(list ? name.substring(0, name.length() - 2) : name).append(":\n");
      indent += "  ";
      if (list) {
        text.append(indent).append("-\n");
        indent += "  ";
      }
    }
    return text.append(indent).append(scalar).append('\n').toString();
  }
}
