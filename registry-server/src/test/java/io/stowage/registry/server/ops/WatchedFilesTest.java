package io.stowage.registry.server.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class WatchedFilesTest {
  private final WatchedFiles watched = WatchedFiles.idle();
  private final List<String> heard = new ArrayList<>();

  @TempDir private Path temp;

  @AfterEach
  void close() {
    watched.close();
  }

  @Test
  void look_nothingChanged_saysNothing() throws Exception {
    watch(write("a", "one"));

    assertThat(look()).isEmpty();
    assertThat(look()).isEmpty();
  }

  @Test
  void look_contentChanged_saysSoOnce() throws Exception {
    watch(write("a", "one"));
    write("a", "two!");

    assertThat(look()).containsExactly("two!");
    assertThat(look()).isEmpty();
    assertThat(look()).isEmpty();
  }

  @Test
  void look_stillBeingWritten_isNotReadYet() throws Exception {
    watch(write("a", "one"));
    for (String part : List.of("t", "tw", "two")) {
      write("a", part);
      watched.look();
      assertThat(heard).isEmpty();
    }

    watched.look();

    assertThat(heard).containsExactly("two");
  }

  @Test
  void look_afterTheListenerWentOverToOtherFiles_seesThoseOnly() throws Exception {
    Path before = write("a", "one");
    Path after = write("b", "one");
    List<WatchedFiles.Watch> watch = new ArrayList<>();
    watch.add(
        watched.watch(
            List.of(before),
            () -> {
              heard.add(Files.readString(after));
              watch.getFirst().follow(List.of(after));
            }));
    write("a", "two!");
    assertThat(look()).containsExactly("one");

    write("a", "three!");
    assertThat(look()).isEmpty();
    write("b", "four!");
    assertThat(look()).containsExactly("four!");
  }

  @Test
  void look_touchedOnly_saysNothing() throws Exception {
    Path file = write("a", "one");
    watch(file);
    Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));

    assertThat(look()).isEmpty();
  }

  @Test
  void look_sameSizeAndTime_isFound() throws Exception {
    Path file = write("a", "one");
    FileTime time = Files.getLastModifiedTime(file);
    watch(file);
    look();
    look();
    write("a", "two");
    Files.setLastModifiedTime(file, time);

    assertThat(look()).containsExactly("two");
  }

  @Test
  void look_changedRightAfterALook_isFoundAtTheNext() throws Exception {
    Path file = write("a", "one");
    watch(file);
    for (int i = 0; i < 20; i++) {
      String text = "%03d".formatted(i);
      write("a", text);
      look();
      String next = "%03d".formatted(i + 500);
      // Within one tick of the file system's clock: nothing but the content differs.
      write("a", next);
      assertThat(look()).containsExactly(next);
    }
  }

  @Test
  void look_anotherFileRenamedOverIt_isFound() throws Exception {
    Path file = write("a", "one");
    watch(file);
    Files.move(write("b", "two"), file, StandardCopyOption.ATOMIC_MOVE);

    assertThat(look()).containsExactly("two");
  }

  /** The way of Kubernetes: the file's folder is a link, and a rename replaces the link. */
  @Test
  void look_linkOfItsFolderSwapped_isFound() throws Exception {
    Files.createDirectories(temp.resolve("v1"));
    Files.createDirectories(temp.resolve("v2"));
    write("v1/a", "one");
    write("v2/a", "two");
    Path data = Files.createSymbolicLink(temp.resolve("..data"), Path.of("v1"));
    watch(Files.createSymbolicLink(temp.resolve("a"), Path.of("..data/a")));
    Path fresh = Files.createSymbolicLink(temp.resolve("..data_tmp"), Path.of("v2"));
    Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);

    assertThat(look()).containsExactly("two");
  }

  @Test
  void look_fileGoneAndBackWithTheSame_saysNothing() throws Exception {
    Path file = write("a", "one");
    watch(file);
    Files.delete(file);
    assertThat(look()).isEmpty();
    write("a", "one");

    assertThat(look()).isEmpty();
  }

  @Test
  void look_fileGoneAndBackWithOther_isFound() throws Exception {
    Path file = write("a", "one");
    watch(file);
    Files.delete(file);
    assertThat(look()).isEmpty();
    assertThat(look()).isEmpty();
    write("a", "two");

    assertThat(look()).containsExactly("two");
  }

  @Test
  void look_fileThatComesLater_isFound() throws Exception {
    watch(temp.resolve("later"));
    assertThat(look()).isEmpty();
    write("later", "one");

    assertThat(look()).containsExactly("one");
  }

  @Test
  void look_oneOfSeveralChanged_isToldOnceForAll() throws Exception {
    Path a = write("a", "one");
    Path b = write("b", "one");
    watched.watch(List.of(a, b), () -> heard.add(Files.readString(a) + Files.readString(b)));
    write("a", "two");
    write("b", "two");
    assertThat(look()).containsExactly("twotwo");
    write("b", "three");

    assertThat(look()).containsExactly("twothree");
  }

  @Test
  void look_oneOfSeveralIsGone_waitsForIt() throws Exception {
    Path a = write("a", "one");
    Path b = write("b", "one");
    watched.watch(List.of(a, b), () -> heard.add(Files.readString(a) + Files.readString(b)));
    write("a", "two");
    Files.delete(b);
    assertThat(look()).isEmpty();
    write("b", "one");

    assertThat(look()).containsExactly("twoone");
  }

  @Test
  void look_listenerFailed_isAskedAgainAtTheNextChange() throws Exception {
    Path file = write("a", "one");
    watched.watch(
        List.of(file),
        () -> {
          heard.add(Files.readString(file));
          if (Files.readString(file).equals("bad")) {
            throw new IOException(file + ": is bad (expected: good)");
          }
          if (Files.readString(file).equals("worse")) {
            throw new IllegalStateException("a bug");
          }
        });
    write("a", "bad");
    assertThat(look()).containsExactly("bad");
    write("a", "worse");
    assertThat(look()).containsExactly("worse");
    write("a", "good");

    assertThat(look()).containsExactly("good");
  }

  @Test
  void look_listenerFailedAndTheOldContentIsBack_saysNothing() throws Exception {
    Path file = write("a", "one");
    watched.watch(
        List.of(file),
        () -> {
          heard.add(Files.readString(file));
          throw new IOException("bad");
        });
    write("a", "bad");
    assertThat(look()).containsExactly("bad");
    write("a", "one");

    assertThat(look()).isEmpty();
  }

  @Test
  void reloadNow_nothingChanged_readsAgainOnTheThreadOfItsOwn() throws Exception {
    BlockingQueue<String> threads = new LinkedBlockingQueue<>();
    watched.watch(List.of(write("a", "one")), () -> threads.add(Thread.currentThread().getName()));

    watched.reloadNow();

    assertThat(threads.poll(20, TimeUnit.SECONDS)).isEqualTo("file-watch");
  }

  @Test
  void start_withoutBeingTold_looksByItself() throws Exception {
    BlockingQueue<String> changes = new LinkedBlockingQueue<>();
    Path file = write("a", "one");
    try (WatchedFiles looking = WatchedFiles.start(Duration.ofMillis(1))) {
      looking.watch(List.of(file), () -> changes.add(Files.readString(file)));
      Files.move(write("b", "two"), file, StandardCopyOption.ATOMIC_MOVE);

      assertThat(changes.poll(20, TimeUnit.SECONDS)).isEqualTo("two");
    }
  }

  private void watch(Path file) {
    watched.watch(List.of(file), () -> heard.add(Files.readString(file)));
  }

  /** What the listener says by the time that a change has been seen, and seen to be over. */
  private List<String> look() {
    heard.clear();
    watched.look();
    watched.look();
    return List.copyOf(heard);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(temp.resolve(name), text);
  }
}
