package io.stowage.registry.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.storage.filesystem.TestDisk.Call;
import io.stowage.registry.storage.filesystem.TestDisk.Event;
import io.stowage.registry.testkit.Pushes;
import io.stowage.registry.testkit.TestManifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In what order requests flush and rename, and how often; seen at the disk. */
class FlushOrderTest {
  private static final RepositoryName APP = new RepositoryName("library/app");
  private static final RepositoryName OTHER = new RepositoryName("library/other");
  private static final byte[] LAYER = Pushes.bytes("a large layer".repeat(10_000));
  private static final byte[] CONFIG = Pushes.bytes("a config");
  private static final Digest LAYER_DIGEST = Pushes.digestOf(LAYER);

  @TempDir private Path root;
  private TestDisk disk;
  private FileStorage storage;
  private Layout layout;

  @BeforeEach
  void openVolumeWithAnImage() throws IOException {
    disk = new TestDisk();
    layout = new Layout(root);
    storage =
        FileStorage.open(TestDisk.options(root), TestManifest.READER, disk, InstantSource.system());
    Pushes.blob(storage, APP, Pushes.bytes("the first"));
    Pushes.manifest(storage, APP, TestManifest.of("the first"), "first");
    disk.watch();
  }

  @AfterEach
  void closeStorage() throws IOException {
    storage.close();
  }

  private static TestManifest image() {
    return TestManifest.of("image")
        .withBlob(LAYER_DIGEST, LAYER.length)
        .withBlob(Pushes.digestOf(CONFIG), CONFIG.length);
  }

  private long flushes() {
    return disk.count(Call.FLUSH_FILE)
        + disk.count(Call.FLUSH_DATA)
        + disk.count(Call.FLUSH_FOLDER)
        + disk.count(Call.FLUSH_FILE_SYSTEM);
  }

  /** The paths that the log could make again, or knows to be gone. */
  private Set<Path> logged() throws IOException {
    Set<Path> logged = new HashSet<>();
    for (String name : List.of("0", "1")) {
      try (RedoSegment segment =
          RedoSegment.open(new PosixDisk(), layout.redoLog().resolve(name))) {
        segment.read(
            (number, record) -> record.changes().forEach(c -> logged.add(layout.below(c.path()))));
      }
    }
    return logged;
  }

  /**
   * Everything that changed in the tree was in the flushed log before, or was flushed itself and
   * its folder after.
   */
  private void requireAudit() throws IOException {
    List<Event> events = disk.events();
    Set<Path> logged = logged();
    for (int i = 0; i < events.size(); i++) {
      Event event = events.get(i);
      if (event.call() == Call.MOVE && (isInTree(event.path()) || isInTree(event.from()))) {
        requireDurable(events, i, event, logged);
      } else if (isInTree(event.path())) {
        assertThat(event.call()).as("%s", event).isNotIn(Call.CREATE, Call.TOUCH, Call.OPEN);
      }
    }
  }

  private void requireDurable(List<Event> events, int at, Event move, Set<Path> logged) {
    List<Event> before = events.subList(0, at);
    Path changed = isInTree(move.path()) ? move.path() : Objects.requireNonNull(move.from());
    if (before.stream().anyMatch(e -> is(e, Call.FLUSH_FILE, move.from()))) {
      for (Path p = move.path(); !layout.root().equals(p); p = Layout.folderOf(p)) {
        Path folder = Layout.folderOf(p);
        if (before.stream().anyMatch(e -> is(e, Call.CREATE_FOLDER, folder))
            || p.equals(move.path())) {
          assertThat(events.subList(at, events.size()))
              .as("flush of the folder of %s", p)
              .anyMatch(e -> is(e, Call.FLUSH_FOLDER, folder));
        }
      }
    } else {
      assertThat(before).as("before %s", move).anyMatch(e -> e.call() == Call.FLUSH_DATA);
      assertThat(logged).as("what the log has").anyMatch(path -> path.startsWith(changed));
    }
  }

  private static boolean is(Event event, Call call, @Nullable Path path) {
    return event.call() == call && event.path().equals(path);
  }

  /** In what survives a power cut; uploads and temporary files need not. */
  private boolean isInTree(@Nullable Path path) {
    return path != null
        && (path.startsWith(layout.blobs()) || path.startsWith(layout.repositories()))
        && !path.toString().contains("_uploads");
  }

  @Test
  void blobPush_large_flushesFileBeforeRenameBeforeFolders() throws IOException {
    Pushes.blob(storage, APP, LAYER);

    requireAudit();
    assertThat(disk.count(Call.FLUSH_FILE)).isEqualTo(1);
    assertThat(disk.count(Call.FLUSH_DATA)).isEqualTo(1);
    Path folder = Layout.folderOf(layout.blob(LAYER_DIGEST));
    assertThat(disk.events()).anyMatch(e -> is(e, Call.FLUSH_FOLDER, folder));
  }

  @Test
  void blobPush_small_costsOneFlush() throws IOException {
    Pushes.blob(storage, APP, CONFIG);

    requireAudit();
    assertThat(flushes()).isEqualTo(1);
  }

  @Test
  void uploadStartAndAppend_flushNothing() throws IOException {
    try (var upload = storage.uploads().start(APP, DigestAlgorithm.SHA256)) {
      upload.append(ByteBuffer.wrap(LAYER));
    }

    assertThat(flushes()).isZero();
  }

  @Test
  void imagePush_newTag_staysWithinItsBudget() throws IOException {
    Pushes.blob(storage, APP, Pushes.bytes("another layer".repeat(10_000)));
    disk.watch();

    Pushes.blob(storage, APP, LAYER);
    Pushes.blob(storage, APP, CONFIG);
    Pushes.manifest(storage, APP, image(), "v1");

    requireAudit();
    assertThat(flushes()).isBetween(6L, 7L); // one more for a new one of the 256 shards of blobs
  }

  @Test
  void manifestPush_withSeveralTags_costsOneFlush() throws IOException {
    Pushes.manifest(storage, APP, TestManifest.of("one"), "a", "b", "c");

    requireAudit();
    assertThat(flushes()).isEqualTo(1);
  }

  @Test
  void mount_ofWhatIsDurable_costsOneFlush() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    disk.watch();

    storage.blobs().mount(APP, OTHER, LAYER_DIGEST);

    requireAudit();
    assertThat(flushes()).isEqualTo(1);
  }

  @Test
  void deletes_areFlushedBeforeAnythingIsTakenAway() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    disk.watch();

    storage.tags().delete(APP, new Tag("first"));
    storage.blobs().delete(APP, LAYER_DIGEST);
    storage.manifests().delete(APP, TestManifest.of("the first").digest());

    requireAudit();
    assertThat(flushes()).isEqualTo(3);
  }

  @Test
  void contentFoundByANewServer_isMadeSureOfBeforeItIsReliedOn() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    Pushes.blob(storage, APP, CONFIG);
    storage.close();
    storage =
        FileStorage.open(TestDisk.options(root), TestManifest.READER, disk, InstantSource.system());
    disk.watch();

    Pushes.manifest(storage, APP, image(), "v1");

    assertThat(disk.events()).anyMatch(e -> is(e, Call.FLUSH_FILE, layout.blob(LAYER_DIGEST)));
    assertThat(logged())
        .contains(
            layout.blob(Pushes.digestOf(CONFIG)),
            layout.layerLink(APP, LAYER_DIGEST),
            layout.layerLink(APP, Pushes.digestOf(CONFIG)));
  }

  @Test
  void open_newVolume_flushesAllFoldersOnTheWayToItsLog() throws IOException {
    Path made = root.resolve("srv/registry");
    Layout its = new Layout(made);
    TestDisk itsDisk = new TestDisk();

    FileStorage.open(TestDisk.options(made), TestManifest.READER, itsDisk, InstantSource.system())
        .close();

    for (Path folder : List.of(root, Layout.folderOf(made), made, its.own(), its.redoLog())) {
      assertThat(itsDisk.events()).anyMatch(e -> is(e, Call.FLUSH_FOLDER, folder));
    }
  }

  @Test
  void open_watchesTheFileSystemsOfTheTreeFromTheStart() throws IOException {
    storage.close();
    TestDisk next = new TestDisk();
    storage =
        FileStorage.open(TestDisk.options(root), TestManifest.READER, next, InstantSource.system());

    assertThat(next.watched()).contains(root, layout.blobs(), layout.repositories());
  }

  @Test
  void close_flushesTheTreeBeforeItLetsGoOfTheLog() throws IOException {
    Pushes.blob(storage, APP, CONFIG);
    disk.watch();

    storage.close();

    List<Call> calls = disk.events().stream().map(Event::call).toList();
    assertThat(calls).startsWith(Call.FLUSH_FILE_SYSTEM).endsWith(Call.FLUSH_DATA);
    assertThat(logged()).isEmpty();
  }
}
