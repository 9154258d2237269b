package io.stowage.registry.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/security.md} promises what tests show, and no more: each case that it lists is in the
 * name of a test of some module, and each case in the name of a test is listed.
 */
class SecurityCasesTest {
  private static final Path ROOT = Path.of("..");
  private static final Path PAGE = ROOT.resolve("docs").resolve("security.md");
  private static final String LATER = "## What comes with later features";

  private static final String THEMES = "AN|AZ|IS|PF|RE|OB|SL|SC";
  private static final Pattern ID = Pattern.compile("\\b(" + THEMES + ")-(\\d+)\\b");

  /** As text: {@code "PF-7: ..."}. */
  private static final Pattern DISPLAY_NAME =
      Pattern.compile("@DisplayName\\(\\s*((?:\"(?:[^\"\\\\]|\\\\.)*\"[\\s+]*)+)\\)");

  /** As a part of a name: {@code pf7_bothLengths}, {@code line_isCut_SL3}, {@code PF6_NOBODY}. */
  private static final Pattern JAVA_NAME =
      Pattern.compile(
          "\\bvoid ((?i:"
              + THEMES
              + ")\\d+)_|\\bvoid \\w+_((?:"
              + THEMES
              + ")\\d+)\\(|\\bArchRule ((?:"
              + THEMES
              + ")\\d+)_");

  @Test
  void page_everyCase_isInTheNameOfATest() throws IOException {
    assertThat(tested()).containsAll(idsOf(defended()));
  }

  @Test
  void tests_everyCase_isOnThePage() throws IOException {
    assertThat(idsOf(defended())).isNotEmpty().containsAll(tested());
  }

  @Test
  void page_whatComesLater_hasNoTestYet() throws IOException {
    assertThat(idsOf(later())).isNotEmpty().doesNotContainAnyElementsOf(tested());
  }

  /** The themes count from 1. Who adds a case takes the next number; who drops one says so. */
  @Test
  void page_everyTheme_hasNoGap() throws IOException {
    Map<String, SortedSet<Integer>> numbers = new TreeMap<>();
    for (String id : idsOf(Files.readString(PAGE))) {
      String[] parts = id.split("-", -1);
      numbers.computeIfAbsent(parts[0], _ -> new TreeSet<>()).add(Integer.valueOf(parts[1]));
    }

    assertThat(numbers.keySet()).containsExactlyInAnyOrder(THEMES.split("\\|", -1));
    assertThat(numbers)
        .allSatisfy(
            (theme, of) ->
                assertThat(of)
                    .as(theme)
                    .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, of.last()).boxed().toList()));
  }

  private static String defended() throws IOException {
    String page = Files.readString(PAGE);
    return rows(page.replace(laterOf(page), ""));
  }

  private static String later() throws IOException {
    return rows(laterOf(Files.readString(PAGE)));
  }

  private static String laterOf(String page) {
    int from = page.indexOf(LATER);
    assertThat(from).as(LATER).isNotNegative();
    int to = page.indexOf("\n## ", from + 1);
    return page.substring(from, to < 0 ? page.length() : to);
  }

  private static String rows(String page) {
    return page.lines().filter(line -> line.startsWith("|")).collect(Collectors.joining("\n"));
  }

  /** Those of all modules, from the sources: the ids count, not what runs where. */
  private static SortedSet<String> tested() throws IOException {
    SortedSet<String> ids = new TreeSet<>();
    try (Stream<Path> modules = Files.list(ROOT)) {
      for (Path module : modules.toList()) {
        addTested(module.resolve("src").resolve("test"), ids);
        if (module.endsWith("registry-testkit")) {
          addTested(module.resolve("src").resolve("main"), ids);
        }
      }
    }
    return ids;
  }

  private static void addTested(Path sources, SortedSet<String> ids) throws IOException {
    if (!Files.isDirectory(sources)) {
      return;
    }
    try (Stream<Path> files = Files.walk(sources)) {
      files
          .filter(file -> file.toString().endsWith(".java"))
          .map(SecurityCasesTest::text)
          .forEach(
              text -> {
                DISPLAY_NAME
                    .matcher(text)
                    .results()
                    .forEach(name -> ids.addAll(idsOf(name.group(1))));
                JAVA_NAME.matcher(text).results().forEach(name -> ids.add(spelled(name)));
              });
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** {@code pf7} as {@code PF-7}. */
  private static String spelled(MatchResult name) {
    String id =
        Stream.of(1, 2, 3)
            .map(name::group)
            .filter(Objects::nonNull)
            .findFirst()
            .orElseThrow()
            .toUpperCase(Locale.ROOT);
    return id.substring(0, 2) + "-" + id.substring(2);
  }

  private static SortedSet<String> idsOf(String text) {
    return ID.matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
