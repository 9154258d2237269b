package io.stowage.registry.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.storage.GarbageCollector.Order;
import io.stowage.registry.storage.Storage;
import io.stowage.registry.testkit.Pushes;
import io.stowage.registry.testkit.TestManifest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A collection, broken at each of its calls to the disk in turn. Afterwards what was to stay is
 * whole, what was to go is whole or gone, and the next collection takes the rest.
 */
class CollectionCrashTest {
  private static final RepositoryName APP = new RepositoryName("library/app");
  private static final RepositoryName OTHER = new RepositoryName("library/other");
  private static final Order ORDER = new Order(false, true, Duration.ZERO);
  private static final byte[] SHARED = Pushes.bytes("a layer of what stays and of what goes");
  private static final byte[] UNUSED = Pushes.bytes("a layer of what goes");
  private static final TestManifest STAYS =
      TestManifest.of("stays").withBlob(digest(SHARED), SHARED.length);
  private static final TestManifest SIGNATURE =
      TestManifest.of("signature").withSubject(STAYS.digest());
  private static final TestManifest CHILD =
      TestManifest.of("goes")
          .withBlob(digest(SHARED), SHARED.length)
          .withBlob(digest(UNUSED), UNUSED.length);
  private static final TestManifest INDEX = TestManifest.of("index").withManifest(CHILD);

  @TempDir(factory = MemoryFolderFactory.class)
  private Path folder;

  private static Digest digest(byte[] content) {
    return Pushes.digestOf(content);
  }

  private static Storage open(Path root, Disk disk) throws IOException {
    return FileStorage.open(
        TestDisk.options(root), TestManifest.READER, disk, InstantSource.system());
  }

  private static void prepare(Path root) throws IOException {
    try (Storage storage = open(root, new TestDisk())) {
      Pushes.blob(storage, APP, SHARED);
      Pushes.manifest(storage, APP, STAYS, "v1");
      Pushes.manifest(storage, APP, SIGNATURE);
      Pushes.blob(storage, APP, UNUSED);
      Pushes.manifest(storage, APP, CHILD);
      Pushes.manifest(storage, APP, INDEX);
      storage.blobs().mount(APP, OTHER, digest(UNUSED));
    }
  }

  private List<String> filesAfter() throws IOException {
    Path root = folder.resolve("good");
    prepare(root);
    try (Storage storage = open(root, new TestDisk())) {
      storage.garbageCollector().collect(ORDER, finding -> {});
    }
    return TreeRules.files(root);
  }

  private static void requireWhole(Storage storage, Path root) throws IOException {
    assertThat(storage.tags().find(APP, new Tag("v1"))).contains(STAYS.digest());
    for (TestManifest manifest : List.of(STAYS, SIGNATURE)) {
      assertThat(storage.manifests().find(APP, manifest.digest())).isPresent();
    }
    assertThat(storage.blobs().find(APP, digest(SHARED))).isPresent();
    if (storage.manifests().find(APP, INDEX.digest()).isPresent()) {
      assertThat(storage.manifests().find(APP, CHILD.digest())).isPresent();
    }
    if (storage.manifests().find(APP, CHILD.digest()).isPresent()) {
      assertThat(storage.blobs().find(APP, digest(UNUSED))).isPresent();
    }
    TreeRules.check(root);
  }

  @Test
  void collect_processDiesAtAnyCall_leavesAWholeTreeAndTheRestToTheNext() throws IOException {
    List<String> after = filesAfter();
    boolean died = true;
    int calls = 0;
    for (int n = 0; died; n++) {
      Path root = folder.resolve("n" + n);
      prepare(root);
      TestDisk disk = new TestDisk();
      try (Storage storage = open(root, disk)) {
        disk.dieAt(n);
        Throwable death =
            catchThrowable(() -> storage.garbageCollector().collect(ORDER, finding -> {}));
        died = disk.failed();
        assertThat(death == null || death instanceof IOException).isTrue();
      }
      try (Storage storage = open(root, new TestDisk())) {
        requireWhole(storage, root);
        storage.garbageCollector().collect(ORDER, finding -> {});
        requireWhole(storage, root);
        storage.uploads().sweep(Duration.ZERO);
        assertThat(TreeRules.files(root)).as("repeated after call %d", n).isEqualTo(after);
      }
      calls = n;
    }
    assertThat(calls).isGreaterThan(20);
  }

  @Test
  void collect_diskFailsAtAnyCall_leavesAWholeTreeAndCanBeRepeated() throws IOException {
    List<String> after = filesAfter();
    boolean failed = true;
    for (int n = 0; failed; n++) {
      Path root = folder.resolve("n" + n);
      prepare(root);
      TestDisk disk = new TestDisk();
      try (Storage storage = open(root, disk)) {
        disk.failOnce(n, "Input/output error");
        Throwable failure =
            catchThrowable(() -> storage.garbageCollector().collect(ORDER, finding -> {}));
        failed = disk.failed();
        disk.watch();
        assertThat(failure == null || failure instanceof IOException).isTrue();
        requireWhole(storage, root);
        storage.garbageCollector().collect(ORDER, finding -> {});
        requireWhole(storage, root);
        storage.uploads().sweep(Duration.ZERO);
        assertThat(TreeRules.files(root)).as("repeated after call %d", n).isEqualTo(after);
      }
    }
  }
}
