package io.stowage.registry.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/configuration.md} says of every key what the table says, and of no other. */
class DocumentationTest {
  private static final Path PAGE = Path.of("..", "docs", "configuration.md");

  @Test
  void page_everyKnownKey_hasItsRow() throws IOException {
    List<String> lines = Files.readAllLines(PAGE);

    assertThat(KnownKeys.TABLE)
        .allSatisfy(
            key -> assertThat(lines).anyMatch(line -> line.startsWith(beginningOfRow(key))));
  }

  @Test
  void page_everyRow_isAKnownKey() throws IOException {
    List<String> known = KnownKeys.TABLE.stream().map(key -> "| `" + key.path() + "` |").toList();

    assertThat(Files.readAllLines(PAGE))
        .filteredOn(line -> line.startsWith("| `"))
        .hasSameSizeAs(known)
        .allSatisfy(line -> assertThat(known).anyMatch(line::startsWith));
  }

  /** Each of the five is a whole configuration file. */
  @Test
  void recipes_ofThePageOnAccess_areAcceptedWithoutANotice() throws IOException {
    List<String> recipes =
        Pattern.compile("```yaml\n(version: .*?)```", Pattern.DOTALL)
            .matcher(Files.readString(Path.of("..", "docs", "access.md")))
            .results()
            .map(found -> found.group(1))
            .toList();

    assertThat(recipes)
        .hasSize(5)
        .allSatisfy(recipe -> assertThat(Loading.of(recipe).allNotices()).isEmpty())
        .allSatisfy(recipe -> assertThat(Loading.of(recipe).problems()).isEmpty());
  }

  private static String beginningOfRow(Key key) {
    return "| `"
        + key.path()
        + "` | "
        + key.type().title()
        + " |"
        + defaultCell(key)
        + "| "
        + title(fate(key.path()))
        + " |";
  }

  private static String defaultCell(Key key) {
    return key.defaultText().isEmpty() ? " " : " `" + key.defaultText() + "` ";
  }

  private static Fate fate(String path) {
    Optional<KeyNode> node = Optional.of(KnownKeys.ROOT);
    for (String name : path.replace(KeyNode.ITEM, "." + KeyNode.ITEM).split("\\.", -1)) {
      node = node.flatMap(at -> at.child(name));
    }
    return node.orElseThrow().fate();
  }

  private static String title(Fate fate) {
    return switch (fate) {
      case BUILT -> "in force";
      case ACCEPTED -> "accepted";
      case UNNEEDED -> "not needed";
      case REFUSED -> "refused";
    };
  }
}
