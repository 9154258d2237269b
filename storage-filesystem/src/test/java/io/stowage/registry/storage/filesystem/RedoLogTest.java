package io.stowage.registry.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.storage.filesystem.TestDisk.Call;
import io.stowage.registry.testkit.Pushes;
import io.stowage.registry.testkit.TestManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The redo log, by what a volume holds after an end that was not clean. */
class RedoLogTest {
  private static final RepositoryName APP = new RepositoryName("library/app");
  private static final TestManifest ONE = TestManifest.of("one");
  private static final TestManifest TWO = TestManifest.of("two");
  private static final byte[] LARGE = Pushes.bytes("large".repeat(20_000));
  private static final Tag TAG = new Tag("v1");

  @TempDir(factory = MemoryFolderFactory.class)
  private Path folder;

  private final TestDisk disk = new TestDisk();

  private FileStorage open(Path root) throws IOException {
    return FileStorage.open(
        TestDisk.options(root), TestManifest.READER, disk, InstantSource.system());
  }

  /** A volume as it is after the death of its server. */
  private Path killed(Path root, String name) throws IOException {
    Path left = folder.resolve(name);
    VolumeCopy.copy(root, left);
    return left;
  }

  private List<Long> frames(Path root) throws IOException {
    List<Long> numbers = new ArrayList<>();
    for (String name : List.of("0", "1")) {
      Path file = new Layout(root).redoLog().resolve(name);
      try (RedoSegment segment = RedoSegment.open(new PosixDisk(), file)) {
        segment.read((number, record) -> numbers.add(number));
      }
    }
    return numbers;
  }

  @Test
  void start_recordIsTorn_countsAsNeverMade() throws IOException {
    Path root = folder.resolve("v");
    try (FileStorage storage = open(root)) {
      Pushes.manifest(storage, APP, ONE, "v1");
      Path before = killed(root, "before");
      disk.failAll(Call.FLUSH_FILE_SYSTEM, new IOException("not now")); // keeps the log as it is
      Pushes.manifest(storage, APP, TWO, "v1");
      Path log = new Layout(root).redoLog().resolve("0");
      byte[] whole = Files.readAllBytes(log);
      disk.watch();
      int end = lastUsed(whole);
      Path target = new Layout(before).redoLog().resolve("0");
      for (int cut : new int[] {end - 1, end - 40, lastUsed(Files.readAllBytes(target)) + 5}) {
        byte[] torn = whole.clone();
        Arrays.fill(torn, cut, torn.length, (byte) 0);
        Path left = killed(before, "torn" + cut);
        Files.write(new Layout(left).redoLog().resolve("0"), torn);

        try (FileStorage started = open(left)) {
          assertThat(started.tags().find(APP, TAG)).contains(ONE.digest());
          Pushes.manifest(started, APP, TWO, "v1");
          assertThat(started.tags().find(APP, TAG)).contains(TWO.digest());
        }
      }
    }
  }

  private static int lastUsed(byte[] bytes) {
    int end = bytes.length;
    while (bytes[end - 1] == 0) {
      end--;
    }
    return end;
  }

  @Test
  void push_manyMoreThanTheLogHolds_areAllThereAfterAKill() throws IOException {
    Path root = folder.resolve("v");
    try (FileStorage storage = open(root)) {
      for (int i = 0; i < 400; i++) {
        Pushes.manifest(storage, APP, TestManifest.of("m" + i), "t" + i, "latest");
      }
      try (FileStorage started = open(killed(root, "left"))) {
        for (int i = 0; i < 400; i++) {
          assertThat(started.tags().find(APP, new Tag("t" + i)))
              .contains(TestManifest.of("m" + i).digest());
        }
        assertThat(started.tags().find(APP, new Tag("latest")))
            .contains(TestManifest.of("m399").digest());
      }
    }
  }

  @Test
  void record_longerThanTheLogTakes_liesBesideIt() throws IOException {
    Path root = folder.resolve("v");
    String[] tags = new String[200];
    for (int i = 0; i < tags.length; i++) {
      tags[i] = "tag-" + i;
    }
    try (FileStorage storage = open(root)) {
      Path before = killed(root, "before");
      disk.failAll(Call.FLUSH_FILE_SYSTEM, new IOException("not now")); // keeps the log as it is
      Pushes.manifest(storage, APP, ONE, tags);
      Path log = new Layout(root).redoLog();
      assertThat(FolderCache.names(log)).hasSize(3);
      VolumeCopy.copy(log, new Layout(before).redoLog());
      disk.watch();

      try (FileStorage started = open(before)) {
        for (String tag : tags) {
          assertThat(started.tags().find(APP, new Tag(tag))).contains(ONE.digest());
        }
        assertThat(FolderCache.names(new Layout(before).redoLog())).hasSize(2);
      }
    }
  }

  @Test
  void push_logCanNotBeFlushed_isNotMadeAndTheNextOneIs() throws IOException {
    Path root = folder.resolve("v");
    try (FileStorage storage = open(root)) {
      Pushes.manifest(storage, APP, ONE, "v1");
      disk.failAll(Call.FLUSH_DATA, new IOException("Input/output error"));
      assertThatThrownBy(() -> Pushes.manifest(storage, APP, TWO, "v1"))
          .hasRootCauseMessage("Input/output error");
      disk.watch();
      assertThat(storage.tags().find(APP, TAG)).contains(ONE.digest());

      Pushes.manifest(storage, APP, TestManifest.of("three"), "v3");

      try (FileStorage started = open(killed(root, "left"))) {
        assertThat(started.tags().find(APP, TAG)).contains(ONE.digest());
        assertThat(started.tags().find(APP, new Tag("v3"))).isPresent();
      }
    }
  }

  @Test
  void checkpoint_thatFails_writesTheFilesAnewOnceTheDiskIsWell() throws IOException {
    Path root = folder.resolve("v");
    try (FileStorage storage = open(root)) {
      disk.failAll(Call.FLUSH_FILE_SYSTEM, new IOException("Input/output error"));
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 1000; i++) {
                  Pushes.manifest(storage, APP, TestManifest.of("m" + i), "t" + i);
                }
              })
          .hasMessage("the redo log can't be emptied");
      disk.watch();

      Pushes.manifest(storage, APP, TWO, "v1");

      assertThat(storage.tags().find(APP, TAG)).contains(TWO.digest());
      assertThat(disk.events())
          .anyMatch(
              e ->
                  e.call() == Call.MOVE
                      && e.path().equals(new Layout(root).currentLink(APP, new Tag("t0"))));
    }
  }

  /**
   * Both files have records of one tag, and the start dies between emptying one and the other.
   *
   * @param before how many pushes come before: of that depends which of the files is the older one
   */
  @ParameterizedTest
  @ValueSource(ints = {0, 100})
  void start_thatDiesBetweenEmptyingTheFiles_leavesTheLatest(int before) throws IOException {
    Path left = folder.resolve("left");
    String latest = fillBothFiles(before, left);
    disk.watch();
    open(killed(left, "rehearsal")).close();
    int firstEmptied = callsBefore(Call.FLUSH_DATA);
    disk.dieAt(firstEmptied); // its head is written already
    assertThatThrownBy(() -> open(left).close()).hasMessageContaining("the process is dead");
    disk.watch();

    try (FileStorage started = open(left)) {
      assertThat(started.tags().find(APP, new Tag("latest")).orElseThrow()).hasToString(latest);
    }
  }

  private String fillBothFiles(int before, Path left) throws IOException {
    Path root = folder.resolve("v");
    String[] latest = {""};
    try (FileStorage storage = open(root)) {
      for (int i = 0; i < before; i++) {
        Pushes.manifest(storage, APP, TestManifest.of("before" + i), "latest");
      }
      disk.failAll(Call.FLUSH_FILE_SYSTEM, new IOException("Input/output error"));
      assertThatThrownBy(
              () -> {
                for (int i = 0; i < 1000; i++) {
                  Pushes.manifest(storage, APP, TestManifest.of("m" + i), "latest");
                  latest[0] = TestManifest.of("m" + i).digest().toString();
                }
              })
          .hasMessage("the redo log can't be emptied");
      killed(root, Layout.nameOf(left));
    }
    return latest[0];
  }

  private int callsBefore(Call call) {
    for (int i = 0; i < disk.events().size(); i++) {
      if (disk.events().get(i).call() == call) {
        return i;
      }
    }
    throw new AssertionError("no " + call);
  }

  @Test
  void start_largeBlobDeletedAndPushedAgain_keepsIt() throws IOException {
    Path root = folder.resolve("v");
    Layout layout = new Layout(root);
    try (FileStorage storage = open(root)) {
      Pushes.blob(storage, APP, LARGE);
      storage.blobs().delete(APP, Pushes.digestOf(LARGE));
      Files.move(Layout.folderOf(layout.blob(Pushes.digestOf(LARGE))), folder.resolve("gone"));
      Pushes.blob(storage, APP, LARGE);

      try (FileStorage started = open(killed(root, "left"))) {
        assertThat(Pushes.read(started.blobs().find(APP, Pushes.digestOf(LARGE)).orElseThrow()))
            .isEqualTo(LARGE);
      }
    }
  }

  @Test
  void start_tagMovedByAnotherRegistrySince_leavesItThere() throws IOException {
    Path root = folder.resolve("v");
    try (FileStorage storage = open(root)) {
      Pushes.manifest(storage, APP, ONE, "v1");
      Pushes.manifest(storage, APP, TWO, "v1");
      Path left = killed(root, "left");
      Path link = new Layout(left).currentLink(APP, TAG);
      Files.writeString(link, ONE.digest().toString(), StandardOpenOption.TRUNCATE_EXISTING);
      Files.setLastModifiedTime(link, FileTime.from(Instant.now().plusSeconds(60)));

      InstantSource later = () -> Instant.now().plusSeconds(120);
      try (FileStorage started =
          FileStorage.open(TestDisk.options(left), TestManifest.READER, disk, later)) {
        assertThat(started.tags().find(APP, TAG)).contains(ONE.digest());
      }
    }
  }

  /** What was written before that has later times than the clock when the last record was made. */
  @Test
  @DisplayName("R12: a power cut after the clock was set back loses nothing")
  void start_filesFromBeforeTheClockWasSetBack_areWrittenAnew() throws IOException {
    Path root = folder.resolve("v");
    Instant ahead = Instant.now().plus(Duration.ofDays(1));
    AtomicReference<Instant> clock = new AtomicReference<>(ahead);
    try (FileStorage storage =
        FileStorage.open(TestDisk.options(root), TestManifest.READER, disk, clock::get, () -> 0)) {
      disk.failAll(Call.FLUSH_FILE_SYSTEM, new IOException("not now")); // keeps the log as it is
      Pushes.manifest(storage, APP, ONE, "v1");
      clock.set(Instant.now());
      Pushes.manifest(storage, APP, TWO, "v2");
      Path left = killed(root, "left");
      disk.watch();
      Layout torn = new Layout(left);
      for (Path file : List.of(torn.currentLink(APP, TAG), torn.revisionLink(APP, ONE.digest()))) {
        Files.write(file, new byte[0]);
        Files.setLastModifiedTime(file, FileTime.from(ahead));
      }

      InstantSource later = () -> ahead.plusSeconds(60); // the power was away for long
      try (FileStorage started =
          FileStorage.open(TestDisk.options(left), TestManifest.READER, disk, later)) {
        assertThat(started.tags().find(APP, TAG)).contains(ONE.digest());
        assertThat(started.manifests().find(APP, ONE.digest())).isPresent();
        assertThat(started.tags().find(APP, new Tag("v2"))).contains(TWO.digest());
      }
    }
  }

  @Test
  @DisplayName("R12: nor does one after a start, where what it would restore is from the future")
  void start_filesFromTheFuture_areNotTakenForChangesByAnother() throws IOException {
    Path root = folder.resolve("v");
    try (FileStorage storage = open(root)) {
      Pushes.manifest(storage, APP, ONE, "v1");
    }
    try (FileStorage storage = open(root)) {
      disk.failAll(Call.FLUSH_FILE_SYSTEM, new IOException("not now")); // keeps the log as it is
      Pushes.manifest(storage, APP, TWO, "v1");
      Path left = killed(root, "left");
      disk.watch();
      Path link = new Layout(left).currentLink(APP, TAG);
      Files.writeString(link, ONE.digest().toString());
      Files.setLastModifiedTime(link, FileTime.from(Instant.now().plus(Duration.ofDays(1))));

      try (FileStorage started = open(left)) {
        assertThat(started.tags().find(APP, TAG)).contains(TWO.digest());
      }
    }
  }

  /** By then no record is left that has the time of the file. */
  @Test
  @DisplayName("R12: nor does one after a checkpoint")
  void start_filesFromBeforeTheClockWasSetBackAndACheckpoint_areWrittenAnew() throws IOException {
    Path root = folder.resolve("v");
    Instant ahead = Instant.now().plus(Duration.ofDays(1));
    AtomicReference<Instant> clock = new AtomicReference<>(ahead);
    try (FileStorage storage =
        FileStorage.open(TestDisk.options(root), TestManifest.READER, disk, clock::get, () -> 0)) {
      Pushes.manifest(storage, APP, ONE, "v1");
      clock.set(Instant.now());
      for (int i = 0; storage.log().checkpoints() == 0; i++) {
        assertThat(i).as("pushes until the log is full").isLessThan(10_000);
        Pushes.manifest(storage, APP, TestManifest.of("filling" + i), "filling");
      }
      disk.failAll(Call.FLUSH_FILE_SYSTEM, new IOException("not now")); // keeps the log as it is
      Pushes.manifest(storage, APP, TWO, "v1");
      Path left = killed(root, "left");
      disk.watch();
      Path link = new Layout(left).currentLink(APP, TAG);
      Files.writeString(link, ONE.digest().toString());
      Files.setLastModifiedTime(link, FileTime.from(ahead));

      InstantSource later = () -> ahead.plusSeconds(60);
      try (FileStorage started =
          FileStorage.open(TestDisk.options(left), TestManifest.READER, disk, later)) {
        assertThat(started.tags().find(APP, TAG)).contains(TWO.digest());
      }
    }
  }

  /** A commit that waited for room has an earlier time than those that were faster. */
  @Test
  void start_lastRecordIsNotTheLatest_writesAnewWhatTheLatestDid() throws IOException {
    Path root = folder.resolve("v");
    open(root).close();
    Layout layout = new Layout(root);
    Path link = layout.currentLink(APP, TAG);
    Instant waited = Instant.now();
    Instant faster = waited.plusSeconds(20);
    Path log = layout.redoLog();
    try (RedoSegment segment =
        RedoSegment.make(disk, log.resolve("new"), log.resolve("0"), 64 << 10)) {
      RedoRecord.Change put =
          new RedoRecord.Put(layout.relative(link), Link.bytes(ONE.digest()), RedoRecord.NO_TIME);
      RedoRecord.Change folder = new RedoRecord.Folder(layout.relative(layout.layers(APP)));
      segment.begin(7, 1);
      segment.write(
          1,
          List.of(
              new RedoRecord(faster.toEpochMilli(), List.of(put)).encoded(),
              new RedoRecord(waited.toEpochMilli(), List.of(folder)).encoded()));
    }
    Files.createDirectories(Layout.folderOf(link));
    Files.write(link, new byte[0]);
    Files.setLastModifiedTime(link, FileTime.from(faster));

    InstantSource later = () -> faster.plusSeconds(60);
    FileStorage.open(TestDisk.options(root), TestManifest.READER, disk, later).close();

    assertThat(link).hasContent(ONE.digest().toString());
  }

  @Test
  void start_aFileOfTheLogWasCut_makesItAnew() throws IOException {
    Path root = folder.resolve("v");
    open(root).close();
    Path cut = new Layout(root).redoLog().resolve("0");
    Files.write(cut, new byte[0]);

    try (FileStorage storage = open(root)) {
      Pushes.manifest(storage, APP, ONE, "v1");
    }

    assertThat(cut).hasSize(64 << 10);
  }

  @Test
  void close_whileAChangeIsUnderWay_waitsForIt() throws Exception {
    Path root = folder.resolve("v");
    FileStorage storage = open(root);
    CountDownLatch recorded = new CountDownLatch(1);
    CountDownLatch closing = new CountDownLatch(1);
    disk.hook(
        event -> {
          if (event.path().equals(new Layout(root).tag(APP, TAG))) {
            recorded.countDown();
            awaitUninterruptibly(closing);
          }
        });
    FutureTask<Void> push =
        new FutureTask<>(
            () -> {
              Pushes.manifest(storage, APP, ONE, "v1");
              return null;
            });
    Thread.ofPlatform().start(push);
    recorded.await();
    FutureTask<Void> close =
        new FutureTask<>(
            () -> {
              storage.close();
              return null;
            });
    Thread closer = Thread.ofPlatform().start(close);
    while (closer.getState() != Thread.State.TIMED_WAITING && !close.isDone()) {
      Thread.onSpinWait();
    }
    closing.countDown();

    push.get();
    close.get();

    assertThat(frames(root)).isEmpty();
    assertThat(new Layout(root).currentLink(APP, TAG)).exists();
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void start_afterACleanEnd_findsNothingInTheLog() throws IOException {
    Path root = folder.resolve("v");
    for (int run = 0; run < 3; run++) {
      try (FileStorage storage = open(root)) {
        Pushes.manifest(storage, APP, run % 2 == 0 ? ONE : TWO, "v1");
        assertThat(frames(root)).hasSize(1);
      }
      assertThat(frames(root)).isEmpty();
    }
  }
}
