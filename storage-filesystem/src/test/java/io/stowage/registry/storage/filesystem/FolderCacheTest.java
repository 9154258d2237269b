package io.stowage.registry.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderCacheTest {
  @TempDir private Path root;
  private Path folder;
  private Instant now = Instant.now();
  private int loads;
  private final FolderCache<Names> cache =
      new FolderCache<>(
          (path, names) -> {
            loads++;
            return new Names(names);
          },
          Names::weight,
          1 << 20,
          () -> now);

  @BeforeEach
  void makeSettledFolder() throws IOException {
    folder = Files.createDirectory(root.resolve("f"));
    Files.createFile(folder.resolve("a"));
    now = Files.getLastModifiedTime(folder).toInstant().plusSeconds(60);
  }

  private List<String> names() throws IOException {
    List<String> names = new ArrayList<>();
    cache.get(folder).after(null).forEach(names::add);
    return names;
  }

  @Test
  void get_unchangedFolder_listsItOnce() throws IOException {
    assertThat(names()).containsExactly("a");
    assertThat(names()).containsExactly("a");

    assertThat(loads).isEqualTo(1);
  }

  @Test
  void get_foreignChange_listsAgain() throws IOException {
    names();
    Files.createFile(folder.resolve("b"));

    assertThat(names()).containsExactly("a", "b");
  }

  @Test
  void get_ownChange_isMadeWithoutListing() throws IOException {
    names();
    try (var change = cache.change(folder)) {
      Files.createFile(folder.resolve("b"));
      change.made(names -> names.add("b"));
    }

    assertThat(names()).containsExactly("a", "b");
    assertThat(loads).isEqualTo(1);
  }

  @Test
  void get_ownChangeThatFailed_listsAgain() throws IOException {
    names();
    try (var change = cache.change(folder)) {
      Files.createFile(folder.resolve("b"));
      assertThat(change).isNotNull();
    }

    assertThat(names()).containsExactly("a", "b");
  }

  @Test
  void get_foreignChangeBeforeAnOwnOne_isNotHiddenByIt() throws IOException {
    names();
    Files.createFile(folder.resolve("foreign"));
    try (var change = cache.change(folder)) {
      Files.createFile(folder.resolve("own"));
      change.made(names -> names.add("own"));
    }

    assertThat(names()).containsExactly("a", "foreign", "own");
  }

  @Test
  void get_folderThatChangedJustNow_isNotBelievedASecondTime() throws IOException {
    FileTime time = Files.getLastModifiedTime(folder);
    now = time.toInstant().plus(Duration.ofMillis(3));
    names();
    Files.createFile(folder.resolve("b"));
    Files.setLastModifiedTime(folder, time); // the same tick of a coarse clock

    assertThat(names()).containsExactly("a", "b");
  }

  @Test
  void get_folderRemovedAndMadeAgain_listsAgain() throws IOException {
    names();
    Files.delete(folder.resolve("a"));
    Files.delete(folder);
    assertThat(names()).isEmpty();
    Files.createDirectory(folder);

    assertThat(names()).isEmpty();
  }

  @Test
  void get_changeWhileListing_isNotKept() throws IOException {
    List<Integer> runs = new ArrayList<>();
    List<FolderCache<Names>> self = new ArrayList<>();
    FolderCache<Names> slow =
        new FolderCache<>(
            (path, names) -> {
              runs.add(names.size());
              if (runs.size() == 1) {
                try (var change = self.getFirst().change(folder)) {
                  FileTime time = Files.getLastModifiedTime(folder);
                  Files.createFile(folder.resolve("b"));
                  Files.setLastModifiedTime(folder, time);
                  change.made(value -> value.add("b"));
                }
              }
              return new Names(names);
            },
            Names::weight,
            1 << 20,
            () -> now);
    self.add(slow);

    slow.get(folder);
    slow.get(folder);

    assertThat(runs).containsExactly(1, 2);
  }
}
