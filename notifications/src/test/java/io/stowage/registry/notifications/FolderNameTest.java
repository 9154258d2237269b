package io.stowage.registry.notifications;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Receivers of any name to folders. */
class FolderNameTest {

  @Test
  void of_plainName_isTheName() {
    assertThat(FolderName.of("My_hook-1")).isEqualTo("My_hook-1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"..", ".", "a/b", "../../etc", "a.dead.jsonl", "", "\0", "ä", "a b", "%"})
  void of_anyName_staysInItsFolder(String name) {
    assertThat(FolderName.of(name)).matches("[A-Za-z0-9_%-]+");
  }

  @Test
  void of_differentNames_areDifferentFolders() {
    List<String> names =
        List.of(
            "", "%", "a", "a.b", "a%2Eb", "x".repeat(200), "x".repeat(201), "ä".repeat(50), "_");

    Set<String> folders = new HashSet<>(names.stream().map(FolderName::of).toList());

    assertThat(folders).hasSameSizeAs(names).allMatch(folder -> folder.length() <= 121);
  }
}
