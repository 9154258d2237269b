package io.stowage.registry.config;

import static org.assertj.core.api.Assertions.assertThat;

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

  private static void requireAnswer(Loading loading) {
    try {
      assertThat(loading.load().configuration()).isNotNull();
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
