package io.stowage.registry.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.storage.GarbageCollector.Order;
import io.stowage.registry.storage.filesystem.TestDisk.Call;
import io.stowage.registry.storage.filesystem.TestDisk.Event;
import io.stowage.registry.testkit.Pushes;
import io.stowage.registry.testkit.TestManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Flushes that fail, of the log and of what its records changed: what was acknowledged stays, and
 * what a client was told has failed isn't made behind its back.
 */
class LogFailureTest {
  private static final RepositoryName APP = new RepositoryName("library/app");
  private static final RepositoryName OTHER = new RepositoryName("library/other");
  private static final TestManifest ONE = TestManifest.of("one");
  private static final TestManifest TWO = TestManifest.of("two");
  private static final TestManifest BIG = TestManifest.of("big".repeat(10_000));
  private static final byte[] LARGE = Pushes.bytes("large".repeat(20_000));
  private static final Tag TAG = new Tag("v1");

  @TempDir(factory = MemoryFolderFactory.class)
  private Path folder;

  private final TestDisk disk = new TestDisk();
  private final AtomicBoolean treeFails = new AtomicBoolean();
  private final AtomicBoolean logFails = new AtomicBoolean();
  private Path root;
  private FileStorage storage;

  @BeforeEach
  void openVolume() throws IOException {
    root = folder.resolve("v");
    storage = open(root, disk);
    disk.hook(this::fail);
  }

  @AfterEach
  void closeStorage() throws IOException {
    treeFails.set(false);
    logFails.set(false);
    storage.close();
  }

  private static FileStorage open(Path root, Disk disk) throws IOException {
    return FileStorage.open(
        TestDisk.options(root), TestManifest.READER, disk, InstantSource.system());
  }

  private void fail(Event event) throws IOException {
    if ((event.call() == Call.FLUSH_FILE_SYSTEM && treeFails.get())
        || (event.call() == Call.FLUSH_DATA && logFails.get())) {
      throw new IOException("Input/output error");
    }
  }

  /** Pushes until a checkpoint failed; what was in the log by then is in the older of its files. */
  private void failACheckpoint() throws IOException {
    treeFails.set(true);
    disk.watch();
    for (int i = 0; disk.count(Call.FLUSH_FILE_SYSTEM) == 0; i++) {
      assertThat(i).as("pushes until the log is full").isLessThan(1000);
      Pushes.manifest(storage, APP, TestManifest.of("filling" + i), "filling" + i);
    }
  }

  /** Pushes until what a failed checkpoint left was written anew. */
  private void mend() throws IOException {
    treeFails.set(false);
    disk.watch();
    for (int i = 0; i < 300; i++) {
      Pushes.manifest(storage, APP, TWO, "after" + i); // takes no other digest's lock
    }
    assertThat(disk.count(Call.FLUSH_FILE_SYSTEM)).isPositive();
  }

  private Path killed(String name) throws IOException {
    Path left = folder.resolve(name);
    VolumeCopy.copy(root, left);
    return left;
  }

  @Test
  void largeManifest_recordCanNotBeFlushedAndTheServerDies_leavesTheTagOnSomething()
      throws IOException {
    Pushes.manifest(storage, APP, ONE, "v1");
    treeFails.set(true); // keeps the log as it is
    logFails.set(true);
    assertThatThrownBy(() -> Pushes.manifest(storage, APP, BIG, "v1"))
        .hasMessage("the redo log can't be written");

    Path left = killed("left");
    try (FileStorage started = open(left, new TestDisk())) {
      assertThat(started.manifests().find(APP, started.tags().find(APP, TAG).orElseThrow()))
          .isPresent();
      TreeRules.check(left);
    }
  }

  @Test
  void largeBlob_recordCanNotBeFlushedAndTheServerDies_isThereInFullOrNotAtAll()
      throws IOException {
    treeFails.set(true);
    logFails.set(true);
    assertThatThrownBy(() -> Pushes.blob(storage, APP, LARGE))
        .hasMessage("the redo log can't be written");

    Path left = killed("left");
    try (FileStorage started = open(left, new TestDisk())) {
      TreeRules.check(left);
      Pushes.blob(started, APP, LARGE);
      assertThat(started.blobs().find(APP, Pushes.digestOf(LARGE))).isPresent();
    }
  }

  @Test
  void change_recordCouldNotBeFlushed_isNotMadeByMendingTheTree() throws IOException {
    Pushes.manifest(storage, APP, ONE, "v1");
    failACheckpoint();
    logFails.set(true);
    assertThatThrownBy(() -> Pushes.manifest(storage, APP, TWO, "v1"))
        .hasMessage("the redo log can't be written");
    logFails.set(false);

    mend();

    assertThat(storage.tags().find(APP, TAG)).contains(ONE.digest());
  }

  @Test
  void blob_onItsWayWhileTheTreeIsMended_isNotTakenForTheOneThatWasCollected() throws Exception {
    Pushes.blob(storage, APP, LARGE);
    storage.blobs().delete(APP, Pushes.digestOf(LARGE));
    storage.garbageCollector().collect(new Order(false, false, Duration.ZERO), found -> {});
    Path place = Layout.folderOf(new Layout(root).blob(Pushes.digestOf(LARGE)));
    assertThat(place).doesNotExist();
    failACheckpoint();
    CountDownLatch inPlace = new CountDownLatch(1);
    CountDownLatch mended = new CountDownLatch(1);
    disk.hook(
        event -> {
          if (event.call() == Call.FLUSH_FOLDER && event.path().equals(place)) {
            inPlace.countDown();
            await(mended);
          }
          fail(event);
        });
    FutureTask<Void> push =
        new FutureTask<>(
            () -> {
              Pushes.blob(storage, APP, LARGE);
              return null;
            });
    Thread.ofVirtual().start(push);
    await(inPlace);

    mend();
    mended.countDown();
    push.get();

    assertThat(Pushes.read(storage.blobs().find(APP, Pushes.digestOf(LARGE)).orElseThrow()))
        .isEqualTo(LARGE);
  }

  @Test
  void counts_tellWhatWasDoneAndWhatFailed() throws IOException {
    Pushes.manifest(storage, APP, ONE, "v1");
    assertThat(storage.log().records()).isEqualTo(1);
    assertThat(storage.log().flushes()).isEqualTo(1);
    logFails.set(true);
    assertThatThrownBy(() -> Pushes.manifest(storage, APP, TWO, "v1"))
        .hasMessage("the redo log can't be written");
    logFails.set(false);
    Pushes.manifest(storage, APP, TWO, "v1");

    assertThat(storage.log().records()).isEqualTo(3); // with a note of the one that failed
    assertThat(storage.log().failedFlushes()).isEqualTo(1);
    storage.close();
    assertThat(storage.log().bytes()).isZero();
  }

  @Test
  void checkpoint_recordBesideTheLogCanNotBeDeleted_isDoneAllTheSame() throws IOException {
    String[] tags = new String[200];
    for (int i = 0; i < tags.length; i++) {
      tags[i] = "tag-" + i;
    }
    disk.hook(
        event -> {
          if (event.call() == Call.DELETE && event.path().startsWith(new Layout(root).redoLog())) {
            throw new IOException("Input/output error");
          }
        });
    Pushes.manifest(storage, APP, ONE, tags);

    mend();

    assertThat(storage.log().failedCheckpoints()).isZero();
    assertThat(FolderCache.names(new Layout(root).redoLog())).hasSize(3);
    disk.hook(event -> {});
    storage.close();
    storage = open(root, disk);
    assertThat(FolderCache.names(new Layout(root).redoLog())).hasSize(2);
  }

  @ParameterizedTest
  @EnumSource(names = {"FLUSH_FILE", "MOVE", "FLUSH_FOLDER"})
  void push_recordBesideTheLogFails_leavesNothingOfIt(Call call) throws IOException {
    Pushes.manifest(storage, APP, ONE, "v1");
    Layout layout = new Layout(root);
    disk.hook(
        event -> {
          boolean beside =
              event.path().startsWith(layout.redoLog())
                  || (call == Call.FLUSH_FILE && event.path().startsWith(layout.temporaries()));
          if (event.call() == call && beside) {
            throw new IOException("Input/output error");
          }
        });
    String[] tags = IntStream.range(0, 200).mapToObj(i -> "tag-" + i).toArray(String[]::new);

    assertThatThrownBy(() -> Pushes.manifest(storage, APP, ONE, tags))
        .hasMessage("Input/output error");

    assertThat(FolderCache.names(layout.redoLog())).hasSize(2);
    assertThat(FolderCache.names(layout.temporaries())).isEmpty();
  }

  /** The index relies on what it sees, and that is taken away again. */
  @Test
  void index_pushedWhileItsChildFails_isRefusedOrFindsTheChild() throws Exception {
    TestManifest index = TestManifest.of("index").withManifest(ONE);
    CountDownLatch linked = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    disk.hook(
        event -> {
          if (event.path().equals(new Layout(root).tag(APP, TAG))) {
            linked.countDown();
            await(go);
            throw new IOException("Input/output error");
          }
        });
    FutureTask<Boolean> child = new FutureTask<>(() -> pushes(ONE, "v1"));
    Thread.ofPlatform().start(child);
    await(linked);
    assertThat(storage.manifests().find(APP, ONE.digest())).isPresent();
    FutureTask<Boolean> parent = new FutureTask<>(() -> pushes(index, "index"));
    Thread pushing = Thread.ofPlatform().start(parent);
    while (!parent.isDone() && pushing.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    go.countDown();

    assertThat(child.get()).isFalse();
    assertThat(parent.get()).isEqualTo(storage.manifests().find(APP, ONE.digest()).isPresent());
  }

  /**
   * The same for a blob whose bytes were in quarantine, and come back by a push that then fails.
   */
  @Test
  void manifest_pushedWhileBytesOfItAreTakenBack_isRefusedOrFindsThem() throws Exception {
    byte[] layer = new byte[100_000];
    Digest digest = Pushes.blob(storage, APP, layer).digest();
    Files.delete(new Layout(root).blob(digest));
    TestManifest image = TestManifest.of("image").withBlob(digest, layer.length);
    CountDownLatch bytesThere = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    disk.hook(
        event -> {
          if (event.path().startsWith(new Layout(root).layers(OTHER))
              && event.call() == Call.MOVE) {
            bytesThere.countDown();
            await(go);
            throw new IOException("Input/output error");
          }
        });
    FutureTask<Boolean> push = new FutureTask<>(() -> pushes(OTHER, layer));
    Thread.ofPlatform().start(push);
    await(bytesThere);
    assertThat(storage.blobs().find(APP, digest)).isPresent();
    FutureTask<Boolean> manifest = new FutureTask<>(() -> pushes(image, "image"));
    Thread pushing = Thread.ofPlatform().start(manifest);
    while (!manifest.isDone() && pushing.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    go.countDown();

    assertThat(push.get()).isFalse();
    assertThat(manifest.get()).isEqualTo(storage.blobs().find(APP, digest).isPresent());
  }

  private boolean pushes(RepositoryName repository, byte[] blob) {
    try {
      Pushes.blob(storage, repository, blob);
      return true;
    } catch (IOException | RegistryException e) {
      return false;
    }
  }

  private boolean pushes(TestManifest manifest, String tag) {
    try {
      Pushes.manifest(storage, APP, manifest, tag);
      return true;
    } catch (IOException | RegistryException e) {
      return false;
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
