package io.stowage.registry.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.storage.Referrer;
import io.stowage.registry.storage.Storage;
import io.stowage.registry.storage.StorageFullException;
import io.stowage.registry.storage.TagCondition;
import io.stowage.registry.testkit.Pushes;
import io.stowage.registry.testkit.TestManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each kind of change, broken at each of its calls to the disk in turn: by the death of the
 * process, and by an error after which the server goes on. Afterwards the change was made or it
 * wasn't, the tree is one that registry:3 could take, and the same request succeeds.
 */
class CrashTest {
  private static final RepositoryName APP = new RepositoryName("library/app");
  private static final RepositoryName NEW = new RepositoryName("new/repository");
  private static final byte[] LAYER = Pushes.bytes("a layer");
  private static final byte[] FRESH = Pushes.bytes("a layer that nobody has yet");
  private static final TestManifest OLD =
      TestManifest.of("old").withBlob(Pushes.digestOf(LAYER), LAYER.length);
  private static final TestManifest YOUNG =
      TestManifest.of("young")
          .withBlob(Pushes.digestOf(LAYER), LAYER.length)
          .withSubject(OLD.digest());

  @TempDir(factory = MemoryFolderFactory.class)
  private Path folder;

  /** A change to a volume that has OLD under the tags a and b, and its layer. */
  enum Change {
    NEW_TAG,
    MOVED_TAG,
    NO_TAG,
    MANY_TAGS,
    SAME_AGAIN,
    BY_SHA512,
    NEW_REPOSITORY,
    BLOB,
    MOUNT,
    DELETED_TAG,
    DELETED_MANIFEST,
    DELETED_BLOB;

    void make(Storage storage) throws IOException {
      switch (this) {
        case NEW_TAG -> Pushes.manifest(storage, APP, YOUNG, "c");
        case MOVED_TAG -> Pushes.manifest(storage, APP, YOUNG, "a");
        case NO_TAG -> Pushes.manifest(storage, APP, YOUNG);
        case MANY_TAGS -> Pushes.manifest(storage, APP, YOUNG, "a", "c", "b", "d");
        case SAME_AGAIN -> Pushes.manifest(storage, APP, OLD, "a", "b");
        case BY_SHA512 ->
            storage
                .manifests()
                .put(Pushes.put(APP, YOUNG, DigestAlgorithm.SHA512, TagCondition.NONE, "a"));
        case NEW_REPOSITORY -> Pushes.manifest(storage, NEW, TestManifest.of("alone"), "v1");
        case BLOB -> Pushes.blob(storage, APP, FRESH);
        case MOUNT -> storage.blobs().mount(APP, NEW, Pushes.digestOf(LAYER));
        case DELETED_TAG -> storage.tags().delete(APP, new Tag("a"));
        case DELETED_MANIFEST -> storage.manifests().delete(APP, OLD.digest());
        case DELETED_BLOB -> storage.blobs().delete(APP, Pushes.digestOf(LAYER));
      }
    }

    /**
     * A manifest that nobody was told of may stay, without a tag: as a push by digest leaves it.
     */
    boolean mayLeaveUntagged() {
      return switch (this) {
        case NEW_TAG, MOVED_TAG, MANY_TAGS, BY_SHA512, NEW_REPOSITORY, NO_TAG -> true;
        case SAME_AGAIN, BLOB, MOUNT, DELETED_TAG, DELETED_MANIFEST, DELETED_BLOB -> false;
      };
    }
  }

  private Storage open(Path root, Disk disk) throws IOException {
    return FileStorage.open(
        TestDisk.options(root), TestManifest.READER, disk, InstantSource.system());
  }

  private void prepare(Path root) throws IOException {
    try (Storage storage = open(root, new TestDisk())) {
      Pushes.blob(storage, APP, LAYER);
      Pushes.manifest(storage, APP, OLD, "a", "b");
    }
  }

  /** What a client can see: where each tag is, and what is there by digest. */
  private record Sight(TreeMap<String, String> tags, List<String> byDigest) {}

  private static Sight look(Storage storage) throws IOException {
    TreeMap<String, String> tags = new TreeMap<>();
    List<String> byDigest = new ArrayList<>();
    for (RepositoryName name : storage.repositories().list(n -> true, null, 100).items()) {
      for (Tag tag : storage.tags().list(name, null, 100).items()) {
        Digest target = storage.tags().find(name, tag).orElseThrow();
        assertThat(storage.manifests().find(name, target)).as("what %s names", tag).isPresent();
        tags.put(name + ":" + tag, target.toString());
      }
    }
    for (RepositoryName name : List.of(APP, NEW)) {
      for (byte[] blob : List.of(LAYER, FRESH)) {
        if (storage.blobs().find(name, Pushes.digestOf(blob)).isPresent()) {
          byDigest.add(name + " blob " + Pushes.digestOf(blob));
        }
      }
      for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
        for (TestManifest manifest : List.of(OLD, YOUNG, TestManifest.of("alone"))) {
          Digest digest = manifest.digest(algorithm);
          if (storage.manifests().find(name, digest).isPresent()) {
            byDigest.add(name + " manifest " + digest);
          }
        }
      }
    }
    for (Referrer referrer :
        storage.referrers().list(APP, OLD.digest(), Set.of(), null, 100).items()) {
      byDigest.add("referrer " + referrer.digest());
    }
    return new Sight(tags, byDigest);
  }

  private Sight sightAfter(Change change) throws IOException {
    Path root = folder.resolve("good");
    prepare(root);
    try (Storage storage = open(root, new TestDisk())) {
      change.make(storage);
      return look(storage);
    }
  }

  private Sight sightBefore() throws IOException {
    Path root = folder.resolve("before");
    prepare(root);
    try (Storage storage = open(root, new TestDisk())) {
      return look(storage);
    }
  }

  private static void requireWhole(Change change, Sight seen, Sight before, Sight after) {
    assertThat(seen.tags()).isIn(before.tags(), after.tags());
    if (seen.tags().equals(after.tags()) && !after.tags().equals(before.tags())) {
      assertThat(seen).isEqualTo(after);
    } else if (change.mayLeaveUntagged()) {
      assertThat(seen.byDigest()).containsAll(before.byDigest());
      assertThat(after.byDigest()).containsAll(seen.byDigest());
    } else {
      assertThat(seen).isIn(before, after);
    }
  }

  @ParameterizedTest
  @EnumSource
  void change_processDiesAtAnyCall_isMadeOrNotAndCanBeRepeated(Change change) throws IOException {
    Sight before = sightBefore();
    Sight after = sightAfter(change);
    boolean died = true;
    for (int n = 0; died; n++) {
      Path root = folder.resolve("n" + n);
      prepare(root);
      TestDisk disk = new TestDisk();
      try (Storage storage = open(root, disk)) {
        disk.dieAt(n);
        Throwable death = catchThrowable(() -> change.make(storage));
        died = disk.failed();
        assertThat(death == null || death instanceof IOException).isTrue();
      }
      try (Storage storage = open(root, new TestDisk())) {
        requireWhole(change, look(storage), before, after);
        TreeRules.check(root);
        change.make(storage);
        assertThat(look(storage)).as("repeated after call %d", n).isEqualTo(after);
        TreeRules.check(root);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void change_diskFailsAtAnyCall_isNotMadeAndCanBeRepeated(Change change) throws IOException {
    Sight before = sightBefore();
    Sight after = sightAfter(change);
    boolean failed = true;
    for (int n = 0; failed; n++) {
      Path root = folder.resolve("n" + n);
      prepare(root);
      TestDisk disk = new TestDisk();
      try (Storage storage = open(root, disk)) {
        disk.failOnce(n, "No space left on device");
        Throwable failure = catchThrowable(() -> change.make(storage));
        failed = disk.failed();
        disk.watch();
        if (failure == null) {
          assertThat(look(storage)).isEqualTo(after); // only tidying up had failed
        } else {
          assertThat(failure).isInstanceOf(StorageFullException.class);
          assertThat(look(storage)).as("after failure at call %d", n).isEqualTo(before);
        }
        TreeRules.check(root);
        change.make(storage);
        assertThat(look(storage)).isEqualTo(after);
        TreeRules.check(root);
      }
    }
  }

  /**
   * A change that failed was taken back, and what was put back isn't on the disk yet either: its
   * names are there without their bytes, and what was removed and brought back is still away.
   */
  @ParameterizedTest
  @EnumSource
  void change_takenBackBeforeAPowerCut_leavesWhatWasThere(Change change) throws IOException {
    Sight before = sightBefore();
    Sight after = sightAfter(change);
    boolean failed = true;
    for (int n = 0; failed; n++) {
      Path root = folder.resolve("n" + n);
      prepare(root);
      Map<String, Object> inodes = inodes(root);
      Path left = folder.resolve("left" + n);
      boolean acknowledged;
      TestDisk disk = keepingTheLog();
      try (Storage storage = open(root, disk)) {
        disk.failOnce(n, "Input/output error");
        Throwable failure = catchThrowable(() -> change.make(storage));
        acknowledged = failure == null;
        failed = disk.failed();
        VolumeCopy.copy(root, left);
        loseWhatWasNotFlushed(root, left, inodes, disk.events());
      }
      try (Storage storage = open(left, new TestDisk())) {
        requireWhole(change, look(storage), acknowledged ? after : before, after);
        TreeRules.check(left);
        change.make(storage);
        assertThat(look(storage)).as("repeated after call %d", n).isEqualTo(after);
      }
    }
  }

  private static Map<String, Object> inodes(Path root) throws IOException {
    Map<String, Object> inodes = new HashMap<>();
    for (String file : TreeRules.files(root)) {
      inodes.put(file, inode(root.resolve(file)));
    }
    return inodes;
  }

  private static Object inode(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  private static void loseWhatWasNotFlushed(
      Path root, Path left, Map<String, Object> before, List<TestDisk.Event> events)
      throws IOException {
    for (String file : TreeRules.files(root)) {
      boolean isNew = !inode(root.resolve(file)).equals(before.get(file));
      if (isNew && !file.contains("_uploads") && Files.exists(left.resolve(file))) {
        Files.write(left.resolve(file), new byte[0]);
      }
    }
    for (TestDisk.Event back : events) {
      Path away = back.from();
      boolean isBack =
          away != null
              && events.stream()
                  .anyMatch(e -> away.equals(e.path()) && back.path().equals(e.from()));
      if (isBack && Files.exists(back.path())) {
        Path home = left.resolve(root.relativize(back.path()));
        Files.move(home, left.resolve(root.relativize(away)));
      }
    }
  }

  /** The worst of all power cuts: of the tree nothing is left but what was flushed. */
  @ParameterizedTest
  @EnumSource
  void change_powerCutRightAfterIt_isMadeAgainFromTheLog(Change change) throws IOException {
    Sight after = sightAfter(change);
    Path root = folder.resolve("cut");
    prepare(root);
    Path left = folder.resolve("left");
    VolumeCopy.copy(root, left);
    try (Storage storage = open(root, keepingTheLog())) {
      change.make(storage);
      VolumeCopy.copy(root.resolve("_stowage/log"), left.resolve("_stowage/log"));
    }
    for (int start = 0; start < 2; start++) {
      try (Storage storage = open(left, new TestDisk())) {
        assertThat(look(storage)).as("start %d", start).isEqualTo(after);
        TreeRules.check(left);
        change.make(storage);
        assertThat(look(storage)).isEqualTo(after);
      }
    }
  }

  /** As above, with some of the renames and deletes on the disk and others not. */
  @ParameterizedTest
  @EnumSource
  void change_powerCutThatLeavesSomeOfIt_isMadeAgainFromTheLog(Change change) throws IOException {
    Sight after = sightAfter(change);
    for (long seed = 0; seed < 20; seed++) {
      Random random = new Random(seed);
      Path root = folder.resolve("cut" + seed);
      prepare(root);
      Path left = folder.resolve("left" + seed);
      VolumeCopy.copy(root, left);
      try (Storage storage = open(root, keepingTheLog())) {
        change.make(storage);
        VolumeCopy.copy(root.resolve("_stowage/log"), left.resolve("_stowage/log"));
        mix(root.resolve("docker"), left.resolve("docker"), random);
      }
      try (Storage storage = open(left, new TestDisk())) {
        assertThat(look(storage)).as("seed %d", seed).isEqualTo(after);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void replay_processDiesAtAnyCall_isDoneByTheNextStart(Change change) throws IOException {
    Sight after = sightAfter(change);
    Path root = folder.resolve("cut");
    prepare(root);
    Path template = folder.resolve("template");
    VolumeCopy.copy(root, template);
    try (Storage storage = open(root, keepingTheLog())) {
      change.make(storage);
      VolumeCopy.copy(root.resolve("_stowage/log"), template.resolve("_stowage/log"));
    }
    boolean died = true;
    for (int n = 0; died; n++) {
      Path left = folder.resolve("left" + n);
      VolumeCopy.copy(template, left);
      TestDisk disk = new TestDisk();
      disk.dieAt(n);
      Throwable death = catchThrowable(() -> open(left, disk).close());
      died = disk.failed();
      assertThat(death == null || death instanceof IOException).isTrue();
      try (Storage storage = open(left, new TestDisk())) {
        assertThat(look(storage)).as("after a start that died at call %d", n).isEqualTo(after);
      }
    }
  }

  /** The log must not be emptied, however slow the machine is, before it is copied. */
  private static TestDisk keepingTheLog() {
    TestDisk disk = new TestDisk();
    disk.failAll(TestDisk.Call.FLUSH_FILE_SYSTEM, new IOException("not now"));
    return disk;
  }

  /** Each file of the second tree is as in the first one, or as it was, or empty; by chance. */
  private static void mix(Path now, Path before, Random random) throws IOException {
    Set<Path> paths = new TreeSet<>();
    for (Path tree : List.of(now, before)) {
      try (Stream<Path> all = Files.walk(tree)) {
        all.filter(Files::isRegularFile).map(tree::relativize).forEach(paths::add);
      }
    }
    for (Path path : paths) {
      Path fresh = now.resolve(path.toString());
      Path old = before.resolve(path.toString());
      boolean same = Files.exists(fresh) && Files.exists(old) && Files.mismatch(fresh, old) == -1;
      if (!same && random.nextBoolean()) {
        Files.deleteIfExists(old);
        if (Files.exists(fresh)) {
          Files.createDirectories(Layout.folderOf(old));
          if (random.nextInt(3) == 0) {
            Files.createFile(old); // renamed, and its bytes never written
          } else {
            Files.copy(fresh, old, StandardCopyOption.COPY_ATTRIBUTES);
          }
        }
      }
    }
  }
}
