package io.stowage.registry.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.storage.BlobContent;
import io.stowage.registry.storage.GarbageCollector.Order;
import io.stowage.registry.testkit.Pushes;
import io.stowage.registry.testkit.TestManifest;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The narrowest moment: the collector has looked for the last time, and renames. Whoever comes then
 * finds the thing still there, and must wait to hear what became of it.
 */
class CollectionLockTest {
  private static final RepositoryName APP = new RepositoryName("library/app");
  private static final Order ORDER = new Order(false, true, Duration.ZERO);
  private static final byte[] LAYER = Pushes.bytes("a layer");
  private static final Digest LAYER_DIGEST = Pushes.digestOf(LAYER);
  private static final TestManifest IMAGE = TestManifest.of("untagged");

  @TempDir(factory = MemoryFolderFactory.class)
  private Path root;

  private FileStorage storage;
  private Layout layout;

  /** The path whose removal is interrupted, and by whom. */
  private Path awaited = Path.of("");

  private FutureTask<Boolean> client = new FutureTask<>(() -> true);

  @BeforeEach
  void openEmptyVolume() throws IOException {
    layout = new Layout(root);
    storage =
        FileStorage.open(
            TestDisk.options(root),
            TestManifest.READER,
            interrupted(new TestDisk()),
            InstantSource.system());
  }

  @AfterEach
  void closeStorage() throws IOException {
    storage.close();
  }

  /** A disk that lets the client in just before the path is renamed, until he waits or is done. */
  private Disk interrupted(Disk disk) {
    return (Disk)
        Proxy.newProxyInstance(
            Disk.class.getClassLoader(),
            new Class<?>[] {Disk.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("move") && awaited.equals(arguments[0])) {
                letIn();
              }
              try {
                return method.invoke(disk, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private void letIn() {
    Thread thread = Thread.ofPlatform().start(client);
    while (thread.isAlive() && thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }

  /** Collects, and gives what the client was answered who came in between. */
  private boolean collectAndAsk(Path removed, Callable<Boolean> question) throws Exception {
    awaited = removed;
    client = new FutureTask<>(question);
    storage.garbageCollector().collect(ORDER, finding -> {});
    return client.get();
  }

  @Test
  void confirm_whileTheLinkIsRenamed_isNotToldThatItIsThere() throws Exception {
    Pushes.blob(storage, APP, LAYER);

    boolean told =
        collectAndAsk(
            Layout.folderOf(layout.layerLink(APP, LAYER_DIGEST)),
            () -> storage.blobs().confirm(APP, LAYER_DIGEST).isPresent());

    assertThat(told).isFalse();
  }

  @Test
  void confirm_whileTheManifestIsRenamed_isNotToldThatItIsThere() throws Exception {
    Pushes.manifest(storage, APP, IMAGE);

    boolean told =
        collectAndAsk(
            Layout.folderOf(layout.revisionLink(APP, IMAGE.digest())),
            () -> storage.manifests().confirm(APP, IMAGE.digest()).isPresent());

    assertThat(told).isFalse();
  }

  @Test
  void commit_whileTheBytesAreRenamed_bringsThemBack() throws Exception {
    Pushes.blob(storage, APP, LAYER);

    boolean committed =
        collectAndAsk(
            Layout.folderOf(layout.blob(LAYER_DIGEST)),
            () -> Pushes.blob(storage, APP, LAYER).size() == LAYER.length);

    assertThat(committed).isTrue();
    Optional<BlobContent> blob = storage.blobs().find(APP, LAYER_DIGEST);
    assertThat(Pushes.read(blob.orElseThrow())).isEqualTo(LAYER);
  }

  @Test
  void put_whileItsOwnBytesAreRenamed_bringsThemBack() throws Exception {
    Pushes.manifest(storage, APP, IMAGE);

    boolean put =
        collectAndAsk(
            Layout.folderOf(layout.blob(IMAGE.digest())),
            () -> {
              Pushes.manifest(storage, APP, IMAGE, "v1");
              return true;
            });

    assertThat(put).isTrue();
    assertThat(storage.manifests().find(APP, IMAGE.digest())).isPresent();
  }
}
