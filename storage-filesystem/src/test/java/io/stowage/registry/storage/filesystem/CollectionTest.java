package io.stowage.registry.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.storage.GarbageCollector.Finding;
import io.stowage.registry.storage.GarbageCollector.Order;
import io.stowage.registry.storage.GarbageCollector.Outcome;
import io.stowage.registry.storage.StorageReadOnlyException;
import io.stowage.registry.testkit.Pushes;
import io.stowage.registry.testkit.TestManifest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What others do while a collection runs, at moments that are chosen: the listener hears of each
 * step and is itself the other client.
 */
class CollectionTest {
  private static final RepositoryName APP = new RepositoryName("library/app");
  private static final RepositoryName OTHER = new RepositoryName("library/other");
  private static final RepositoryName LATE = new RepositoryName("zoo/late");

  /** Nobody is trusted but those who come while the collection runs. */
  private static final Order ORDER = new Order(false, true, Duration.ZERO);

  private static final byte[] LAYER = Pushes.bytes("a layer");
  private static final Digest LAYER_DIGEST = Pushes.digestOf(LAYER);
  private static final TestManifest IMAGE =
      TestManifest.of("image").withBlob(LAYER_DIGEST, LAYER.length);
  private static final TestManifest INDEX = TestManifest.of("index").withManifest(IMAGE);
  private static final TestManifest OUTER = TestManifest.of("outer").withManifest(INDEX);

  /** What a client does. */
  private interface Action {
    void run() throws IOException;
  }

  @TempDir(factory = MemoryFolderFactory.class)
  private Path root;

  private FileStorage storage;
  private final List<Finding> findings = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void openEmptyVolume() throws IOException {
    storage = open(false);
  }

  @AfterEach
  void closeStorage() throws IOException {
    storage.close();
    TreeRules.check(root);
  }

  private FileStorage open(boolean readOnly) throws IOException {
    return FileStorage.open(
        TestDisk.options(root).withReadOnly(readOnly),
        TestManifest.READER,
        new TestDisk(),
        InstantSource.system());
  }

  /** Collects, and does something when this is found. */
  private Outcome collectAnd(Finding when, Action action) throws IOException {
    int[] times = {0};
    Outcome outcome =
        storage
            .garbageCollector()
            .collect(
                ORDER,
                finding -> {
                  findings.add(finding);
                  if (finding.equals(when)
                      || (when instanceof Finding.Counted && isCount(finding))) {
                    times[0]++;
                    action.run();
                  }
                });
    assertThat(times[0]).as("how often %s was found in %s", when, findings).isEqualTo(1);
    return outcome;
  }

  private static boolean isCount(Finding finding) {
    return finding instanceof Finding.Counted;
  }

  /** After all marking, before anything is removed. */
  private static final Finding MARKED = new Finding.Counted(0, 0, 0);

  private boolean has(TestManifest manifest) throws IOException {
    return storage.manifests().find(APP, manifest.digest()).isPresent();
  }

  private boolean hasLayer(RepositoryName repository) throws IOException {
    return storage.blobs().find(repository, LAYER_DIGEST).isPresent();
  }

  // --- blobs

  @Test
  void confirm_blobThatWasToGo_staysAndIsNamedLater() throws IOException {
    Pushes.blob(storage, APP, LAYER);

    Outcome outcome =
        collectAnd(
            MARKED, () -> assertThat(storage.blobs().confirm(APP, LAYER_DIGEST)).isPresent());

    assertThat(outcome).isEqualTo(new Outcome(0, 0, 0, 0, 0));
    Pushes.manifest(storage, APP, IMAGE, "v1");
  }

  @Test
  void confirm_blobWhoseLinkIsGone_isAbsent() throws IOException {
    Pushes.blob(storage, APP, LAYER);

    collectAnd(
        new Finding.LinkDeleted(APP, LAYER_DIGEST),
        () -> assertThat(storage.blobs().confirm(APP, LAYER_DIGEST)).isEmpty());

    assertThat(hasLayer(APP)).isFalse();
  }

  @Test
  void put_namingABlobThatWasToGo_findsItAndKeepsIt() throws IOException {
    Pushes.blob(storage, APP, LAYER);

    collectAnd(MARKED, () -> Pushes.manifest(storage, APP, IMAGE, "v1"));

    assertThat(has(IMAGE)).isTrue();
    assertThat(hasLayer(APP)).isTrue();
  }

  @Test
  void put_namingABlobWhoseLinkIsGone_isRefused() throws IOException {
    Pushes.blob(storage, APP, LAYER);

    collectAnd(
        new Finding.LinkDeleted(APP, LAYER_DIGEST),
        () ->
            assertThatThrownBy(() -> Pushes.manifest(storage, APP, IMAGE, "v1"))
                .isInstanceOf(RegistryException.class));

    assertThat(has(IMAGE)).isFalse();
  }

  @Test
  void commit_blobThatWasToGo_keepsIt() throws IOException {
    Pushes.blob(storage, APP, LAYER);

    collectAnd(MARKED, () -> Pushes.blob(storage, APP, LAYER));

    assertThat(hasLayer(APP)).isTrue();
  }

  @Test
  void commit_blobWhoseLinkIsGone_keepsTheBytes() throws IOException {
    Pushes.blob(storage, APP, LAYER);

    collectAnd(new Finding.LinkDeleted(APP, LAYER_DIGEST), () -> Pushes.blob(storage, APP, LAYER));

    assertThat(Pushes.read(storage.blobs().find(APP, LAYER_DIGEST).orElseThrow())).isEqualTo(LAYER);
  }

  @Test
  void commit_blobWhoseBytesGoNext_keepsThem() throws IOException {
    Pushes.blob(storage, APP, LAYER);

    Outcome outcome =
        collectAnd(
            new Finding.BlobEligible(LAYER_DIGEST), () -> Pushes.blob(storage, OTHER, LAYER));

    assertThat(outcome.blobsDeleted()).isZero();
    assertThat(Pushes.read(storage.blobs().find(OTHER, LAYER_DIGEST).orElseThrow()))
        .isEqualTo(LAYER);
  }

  @Test
  void commit_intoARepositoryThatIsNew_isNotMissed() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    Pushes.manifest(storage, OTHER, TestManifest.of("something"), "v1");

    collectAnd(MARKED, () -> Pushes.blob(storage, LATE, LAYER));

    assertThat(hasLayer(LATE)).isTrue();
    assertThat(hasLayer(APP)).isFalse();
  }

  @Test
  void mount_blobThatWasToGo_keepsTheBytesForTheTarget() throws IOException {
    Pushes.blob(storage, APP, LAYER);

    collectAnd(
        MARKED, () -> assertThat(storage.blobs().mount(APP, OTHER, LAYER_DIGEST)).isPresent());

    assertThat(Pushes.read(storage.blobs().find(OTHER, LAYER_DIGEST).orElseThrow()))
        .isEqualTo(LAYER);
  }

  @Test
  void mount_fromALinkThatIsGone_isEmpty() throws IOException {
    Pushes.blob(storage, APP, LAYER);

    collectAnd(
        new Finding.LinkDeleted(APP, LAYER_DIGEST),
        () -> assertThat(storage.blobs().mount(APP, OTHER, LAYER_DIGEST)).isEmpty());

    assertThat(hasLayer(OTHER)).isFalse();
  }

  /** The target was gone through already, the source not yet, and then the source is gone. */
  @Test
  void mount_intoARepositoryThatWasWalked_isNotMissed() throws IOException {
    Pushes.blob(storage, OTHER, LAYER);
    Pushes.manifest(storage, APP, TestManifest.of("something"), "v1");

    collectAnd(
        new Finding.Repository(OTHER),
        () -> {
          storage.blobs().mount(OTHER, APP, LAYER_DIGEST);
          storage.blobs().delete(OTHER, LAYER_DIGEST);
        });

    assertThat(hasLayer(APP)).isTrue();
  }

  @Test
  void open_bytesFoundWhileTheCollectionRan_areThere() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    byte[][] read = {null};

    collectAnd(
        MARKED, () -> read[0] = Pushes.read(storage.blobs().find(APP, LAYER_DIGEST).orElseThrow()));

    assertThat(read[0]).isEqualTo(LAYER);
    assertThat(hasLayer(APP)).isFalse(); // reading is no reason to keep the link
  }

  @Test
  void delete_blobThatWasToGo_leavesNothingToDo() throws IOException {
    Pushes.blob(storage, APP, LAYER);

    Outcome outcome = collectAnd(MARKED, () -> storage.blobs().delete(APP, LAYER_DIGEST));

    assertThat(outcome).isEqualTo(new Outcome(0, 0, 1, LAYER.length, 0));
  }

  @Test
  void delete_manifestThatWasMarked_leavesTheRestToTheNextCollection() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    Pushes.manifest(storage, APP, IMAGE, "v1");

    collectAnd(MARKED, () -> storage.manifests().delete(APP, IMAGE.digest()));
    assertThat(hasLayer(APP)).isTrue();

    assertThat(storage.garbageCollector().collect(ORDER, finding -> {}).blobsDeleted())
        .isEqualTo(2);
  }

  // --- manifests

  private void pushUntaggedIndexes() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    Pushes.manifest(storage, APP, IMAGE);
    Pushes.manifest(storage, APP, INDEX);
    Pushes.manifest(storage, APP, OUTER);
  }

  @Test
  void put_tagOnAnIndexThatWasToGo_keepsAllBelow() throws IOException {
    pushUntaggedIndexes();

    Outcome outcome = collectAnd(MARKED, () -> Pushes.manifest(storage, APP, OUTER, "v1"));

    assertThat(outcome).isEqualTo(new Outcome(0, 0, 0, 0, 0));
    assertThat(has(OUTER) && has(INDEX) && has(IMAGE)).isTrue();
    assertThat(hasLayer(APP)).isTrue();
  }

  @Test
  void confirm_indexThatWasToGo_keepsAllBelow() throws IOException {
    pushUntaggedIndexes();

    collectAnd(
        MARKED, () -> assertThat(storage.manifests().confirm(APP, INDEX.digest())).isPresent());

    assertThat(has(OUTER)).isFalse();
    assertThat(has(INDEX) && has(IMAGE)).isTrue();
    assertThat(hasLayer(APP)).isTrue();
  }

  @Test
  void put_indexOfAManifestThatWasToGo_findsItAndKeepsIt() throws IOException {
    pushUntaggedIndexes();
    TestManifest another = TestManifest.of("another index").withManifest(IMAGE);

    collectAnd(MARKED, () -> Pushes.manifest(storage, APP, another, "v1"));

    assertThat(has(OUTER) || has(INDEX)).isFalse();
    assertThat(has(IMAGE) && has(another)).isTrue();
    assertThat(hasLayer(APP)).isTrue();
  }

  @Test
  void confirm_subjectThatWasToGo_keepsItsReferrers() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    TestManifest signature = TestManifest.of("signature").withSubject(IMAGE.digest());
    Pushes.manifest(storage, APP, signature);
    Pushes.manifest(storage, APP, IMAGE);

    collectAnd(MARKED, () -> storage.manifests().confirm(APP, IMAGE.digest()));

    assertThat(has(signature) && has(IMAGE)).isTrue();
  }

  @Test
  void delete_manifestThatWasToGo_isNotCounted() throws IOException {
    pushUntaggedIndexes();

    Outcome outcome = collectAnd(MARKED, () -> storage.manifests().delete(APP, OUTER.digest()));

    assertThat(outcome.manifestsDeleted()).isEqualTo(2);
    assertThat(findings).doesNotContain(new Finding.ManifestDeleted(APP, OUTER.digest()));
    assertThat(has(INDEX) || has(IMAGE)).isFalse();
  }

  @Test
  void tagDelete_ofAManifestThatWasMarked_leavesItToTheNextCollection() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    Pushes.manifest(storage, APP, IMAGE, "v1");

    collectAnd(MARKED, () -> storage.tags().delete(APP, new Tag("v1")));

    assertThat(has(IMAGE) && hasLayer(APP)).isTrue();
  }

  // --- the collection as such

  @Test
  void collect_whileAnotherOneRuns_waitsForIt() throws Exception {
    Pushes.blob(storage, APP, LAYER);
    List<Finding> second = Collections.synchronizedList(new ArrayList<>());
    List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    Thread other =
        Thread.ofPlatform()
            .unstarted(
                () -> {
                  try {
                    storage.garbageCollector().collect(ORDER, second::add);
                  } catch (IOException e) {
                    failures.add(e);
                  }
                });

    collectAnd(
        MARKED,
        () -> {
          other.start();
          while (other.getState() != Thread.State.WAITING) {
            assertThat(other.isAlive()).isTrue();
            Thread.onSpinWait();
          }
          assertThat(second).isEmpty();
        });
    other.join();

    assertThat(failures).isEmpty();
    assertThat(second).contains(new Finding.Counted(0, 0, 0));
  }

  @Test
  void collect_readOnlyStorage_isRefusedUnlessItIsADryRun() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    storage.close();
    storage = open(true);

    assertThatThrownBy(() -> storage.garbageCollector().collect(ORDER, findings::add))
        .isInstanceOf(StorageReadOnlyException.class);

    storage.garbageCollector().collect(new Order(true, true, Duration.ZERO), findings::add);
    assertThat(findings).contains(new Finding.BlobEligible(LAYER_DIGEST));
  }
}
