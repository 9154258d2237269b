package io.stowage.registry.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.storage.GarbageCollector.Order;
import io.stowage.registry.testkit.Pushes;
import io.stowage.registry.testkit.TestManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How long what clients were told is kept for them, over time and restarts. */
class RelianceTest {
  private static final RepositoryName APP = new RepositoryName("library/app");
  private static final Duration GRACE = Duration.ofHours(1);
  private static final Order ORDER = new Order(false, true, GRACE);
  private static final byte[] LAYER = Pushes.bytes("a layer");
  private static final Digest LAYER_DIGEST = Pushes.digestOf(LAYER);
  private static final TestManifest IMAGE =
      TestManifest.of("image").withBlob(LAYER_DIGEST, LAYER.length);

  @TempDir(factory = MemoryFolderFactory.class)
  private Path root;

  private final Instant start = Instant.now();
  private Instant now = start;
  private Layout layout;
  private FileStorage storage;

  @BeforeEach
  void openEmptyVolume() throws IOException {
    layout = new Layout(root);
    storage = open();
  }

  @AfterEach
  void closeStorage() throws IOException {
    storage.close();
  }

  private FileStorage open() throws IOException {
    return FileStorage.open(TestDisk.options(root), TestManifest.READER, new TestDisk(), () -> now);
  }

  private void restart() throws IOException {
    storage.close();
    storage = open();
  }

  private boolean isLayerCollected() throws IOException {
    storage.garbageCollector().collect(ORDER, finding -> {});
    return storage.blobs().find(APP, LAYER_DIGEST).isEmpty();
  }

  private void setAge(Path link, Duration age) throws IOException {
    Files.setLastModifiedTime(link, FileTime.from(now.minus(age)));
  }

  @Test
  void upload_untilTheGraceIsOver_isKept() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    assertThat(isLayerCollected()).isFalse();

    now = start.plus(GRACE).minusSeconds(60);
    assertThat(isLayerCollected()).isFalse();

    now = start.plus(GRACE).plusSeconds(60);
    assertThat(isLayerCollected()).isTrue();
  }

  @Test
  void confirm_ofAnOldBlob_beginsTheGraceAnew() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    setAge(layout.layerLink(APP, LAYER_DIGEST), Duration.ofDays(100));
    assertThat(storage.blobs().confirm(APP, LAYER_DIGEST)).isPresent();

    now = start.plus(GRACE).minusSeconds(60);
    assertThat(isLayerCollected()).isFalse();
    assertThat(storage.blobs().confirm(APP, LAYER_DIGEST)).isPresent();

    now = start.plus(GRACE).plusSeconds(60);
    assertThat(isLayerCollected()).isFalse();

    now = start.plus(GRACE).plus(GRACE);
    assertThat(isLayerCollected()).isTrue();
  }

  @Test
  void blob_oldAndNeverAskedFor_goes() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    setAge(layout.layerLink(APP, LAYER_DIGEST), GRACE.plusSeconds(60));

    assertThat(isLayerCollected()).isTrue();
  }

  @Test
  void blob_fromAFutureThatIsFar_goes() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    setAge(layout.layerLink(APP, LAYER_DIGEST), Duration.ofDays(-10_000));

    now = start.plus(GRACE).plusSeconds(60);
    assertThat(isLayerCollected()).isTrue();
  }

  @Test
  void upload_beforeARestart_isKept() throws IOException {
    Pushes.blob(storage, APP, LAYER);

    restart();

    assertThat(isLayerCollected()).isFalse();
  }

  /** Whether a manifest named it isn't known any more. */
  @Test
  void uploadAndDeletedManifest_beforeARestart_areKeptForTheGrace() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    Pushes.manifest(storage, APP, IMAGE, "v1");
    storage.manifests().delete(APP, IMAGE.digest());

    restart();
    assertThat(isLayerCollected()).isFalse();

    now = start.plus(GRACE).plusSeconds(60);
    assertThat(isLayerCollected()).isTrue();
  }

  @Test
  void manifestByDigest_beforeARestart_isKeptForTheGrace() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    Pushes.manifest(storage, APP, IMAGE);

    restart();
    assertThat(isLayerCollected()).isFalse();

    now = start.plus(GRACE).plusSeconds(60);
    assertThat(isLayerCollected()).isTrue();
    assertThat(storage.manifests().find(APP, IMAGE.digest())).isEmpty();
  }

  @Test
  void manifestByDigest_putAgain_beginsTheGraceAnew() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    Pushes.manifest(storage, APP, IMAGE);
    now = start.plus(GRACE).plusSeconds(60);

    Pushes.manifest(storage, APP, IMAGE);

    assertThat(isLayerCollected()).isFalse();
  }

  /** The link that was named is gone, and this is another one. */
  @Test
  void upload_afterACollectionTookTheFirst_isKept() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    Pushes.manifest(storage, APP, IMAGE, "v1");
    storage.manifests().delete(APP, IMAGE.digest());
    assertThat(isLayerCollected()).isTrue();

    Pushes.blob(storage, APP, LAYER);

    assertThat(isLayerCollected()).isFalse();
  }

  @Test
  void confirm_ofManyOthers_keepsFewThatNobodyAskedFor() {
    Locks locks = new Locks();
    Reliance reliance = new Reliance(locks, new Meanwhile(), new FileAges(() -> now, () -> 0));
    for (int i = 0; i < 20_000; i++) {
      reliance.asked(APP, Pushes.digestOf(Pushes.bytes("asked " + i)));
    }
    FileTime old = FileTime.from(now.minus(Duration.ofDays(2)));

    int kept = 0;
    for (int i = 0; i < 20_000; i++) {
      Digest asked = Pushes.digestOf(Pushes.bytes("asked " + i));
      assertThat(reliance.isReliedOn(APP, asked, old, GRACE)).isTrue();
      Digest other = Pushes.digestOf(Pushes.bytes("not asked " + i));
      kept += reliance.isReliedOn(APP, other, old, GRACE) ? 1 : 0;
    }
    assertThat(kept).isLessThan(200); // about 30: two places of 2^19 taken by chance
  }
}
