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
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In what order requests flush and rename, and how often; seen at the disk. */
class FlushOrderTest {
  private static final RepositoryName APP = new RepositoryName("library/app");
  private static final RepositoryName OTHER = new RepositoryName("library/other");
  private static final byte[] LAYER = Pushes.bytes("a layer");
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
        FileStorage.open(
            FileStorageOptions.of(root), TestManifest.READER, disk, InstantSource.system());
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

  /** Without those for a new one of the 256 shards of blobs. */
  private long flushes() {
    Path shards = layout.blobs().resolve(DigestAlgorithm.SHA256.identifier());
    return disk.count(Call.FLUSH_FILE)
        + disk.events().stream()
            .filter(e -> e.call() == Call.FLUSH_FOLDER && !e.path().equals(shards))
            .count();
  }

  /** Everything in the tree got there whole, by its order of calls. */
  private void requireAudit() {
    List<Event> events = disk.events();
    for (int i = 0; i < events.size(); i++) {
      Event event = events.get(i);
      if (!isInTree(event.path())) {
        continue;
      }
      switch (event.call()) {
        case MOVE -> {
          Path from = Objects.requireNonNull(event.from());
          assertThat(flushedWithin(events.subList(0, i), from)).as("before %s", event).isTrue();
          requireFolderFlush(events.subList(i, events.size()), event.path());
        }
        case CREATE_FOLDER -> requireFolderFlush(events.subList(i, events.size()), event.path());
        case CREATE, TOUCH -> throw new AssertionError("made under its final name: " + event);
        default -> {}
      }
    }
  }

  /** In what survives a power cut; uploads and temporary files need not. */
  private boolean isInTree(Path path) {
    return (path.startsWith(layout.blobs()) || path.startsWith(layout.repositories()))
        && !path.toString().contains("_uploads");
  }

  /** A file is flushed itself; a folder with all files in it. */
  private static boolean flushedWithin(List<Event> before, Path moved) {
    boolean flushed =
        before.stream()
            .anyMatch(
                e ->
                    (e.call() == Call.FLUSH_FILE || e.call() == Call.FLUSH_FOLDER)
                        && e.path().equals(moved));
    boolean filesToo =
        before.stream()
            .filter(e -> e.call() == Call.CREATE && e.path().startsWith(moved))
            .allMatch(
                created ->
                    before.stream()
                        .anyMatch(
                            e -> e.call() == Call.FLUSH_FILE && e.path().equals(created.path())));
    return flushed && filesToo;
  }

  private static void requireFolderFlush(List<Event> after, Path path) {
    Path folder = Layout.folderOf(path);
    assertThat(after)
        .as("flush of the folder of %s", path)
        .anyMatch(e -> e.call() == Call.FLUSH_FOLDER && e.path().equals(folder));
  }

  private int indexOf(Call call, Path path) {
    List<Event> events = disk.events();
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i).call() == call && events.get(i).path().equals(path)) {
        return i;
      }
    }
    throw new AssertionError(call + " of " + path + " is not among " + events);
  }

  @Test
  void blobPush_flushesFileBeforeRenameBeforeFolder() throws IOException {
    Pushes.blob(storage, APP, LAYER);

    requireAudit();
    assertThat(flushes()).isEqualTo(6);
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
    Pushes.blob(storage, APP, LAYER);
    Pushes.blob(storage, APP, CONFIG);
    Pushes.manifest(storage, APP, image(), "v1");

    requireAudit();
    assertThat(flushes()).isEqualTo(26);
  }

  @Test
  void manifestPush_makesEachNameAfterWhatItNames() throws IOException {
    TestManifest one = TestManifest.of("one");
    TestManifest two = TestManifest.of("two");
    Pushes.manifest(storage, APP, one, "v1");
    disk.watch();

    Pushes.manifest(storage, APP, two, "v1");

    requireAudit();
    Tag tag = new Tag("v1");
    Path blob = layout.blob(two.digest());
    Path revision = layout.revisionLink(APP, two.digest());
    assertThat(indexOf(Call.MOVE, blob)).isLessThan(indexOf(Call.MOVE, revision));
    assertThat(indexOf(Call.FLUSH_FOLDER, Layout.folderOf(blob)))
        .isLessThan(indexOf(Call.MOVE, layout.currentLink(APP, tag)));
    assertThat(indexOf(Call.FLUSH_FOLDER, Layout.folderOf(revision)))
        .isLessThan(indexOf(Call.MOVE, layout.currentLink(APP, tag)));
    assertThat(indexOf(Call.MOVE, layout.indexLink(APP, tag, two.digest())))
        .isLessThan(indexOf(Call.MOVE, layout.currentLink(APP, tag)));
    assertThat(flushes()).isEqualTo(11);
  }

  @Test
  void severalTags_recordIsDurableBeforeTheFirstAndGoneAfterTheLast() throws IOException {
    Pushes.manifest(storage, APP, TestManifest.of("one"), "a", "b");

    requireAudit();
    List<Event> events = disk.events();
    Path record =
        events.stream()
            .filter(e -> e.call() == Call.MOVE && e.path().startsWith(layout.journal()))
            .findFirst()
            .orElseThrow()
            .path();
    int written = indexOf(Call.FLUSH_FOLDER, layout.journal());
    assertThat(written).isBetween(indexOf(Call.MOVE, record), events.size());
    assertThat(written).isLessThan(indexOf(Call.MOVE, layout.tag(APP, new Tag("a"))));
    int gone = 0;
    for (int i = 0; i < events.size(); i++) {
      gone = record.equals(events.get(i).from()) ? i : gone;
    }
    assertThat(gone)
        .isGreaterThan(indexOf(Call.MOVE, layout.tag(APP, new Tag("b"))))
        .isGreaterThan(indexOf(Call.FLUSH_FOLDER, layout.tags(APP)));
  }

  @Test
  void mount_flushesTheLinkAndItsFolders() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    disk.watch();

    storage.blobs().mount(APP, OTHER, LAYER_DIGEST);

    requireAudit();
  }

  @Test
  void deletes_areFlushedBeforeTheyAreAnswered() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    disk.watch();

    storage.tags().delete(APP, new Tag("first"));
    storage.blobs().delete(APP, LAYER_DIGEST);
    storage.manifests().delete(APP, TestManifest.of("the first").digest());

    for (Path gone :
        List.of(
            layout.tag(APP, new Tag("first")),
            Layout.folderOf(layout.layerLink(APP, LAYER_DIGEST)),
            Layout.folderOf(layout.revisionLink(APP, TestManifest.of("the first").digest())))) {
      List<Event> events = disk.events();
      int moved = 0;
      while (!gone.equals(events.get(moved).from())) {
        moved++;
      }
      requireFolderFlush(events.subList(moved, events.size()), gone);
    }
  }

  @Test
  void contentFoundByANewServer_isFlushedOnceBeforeItIsRelied() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    Pushes.blob(storage, APP, CONFIG);
    storage.close();
    storage =
        FileStorage.open(
            FileStorageOptions.of(root), TestManifest.READER, disk, InstantSource.system());
    disk.watch();

    Pushes.manifest(storage, APP, image(), "v1");

    assertThat(indexOf(Call.FLUSH_FILE, layout.blob(LAYER_DIGEST)))
        .isLessThan(indexOf(Call.MOVE, layout.tag(APP, new Tag("v1"))));
    assertThat(indexOf(Call.FLUSH_FOLDER, Layout.folderOf(layout.layerLink(APP, LAYER_DIGEST))))
        .isLessThan(indexOf(Call.MOVE, layout.tag(APP, new Tag("v1"))));
  }
}
