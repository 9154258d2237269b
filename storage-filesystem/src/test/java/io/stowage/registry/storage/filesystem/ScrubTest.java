package io.stowage.registry.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.storage.BlobContent;
import io.stowage.registry.storage.Scrubber;
import io.stowage.registry.storage.Scrubber.Order;
import io.stowage.registry.testkit.Pushes;
import io.stowage.registry.testkit.TestManifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Bytes that change by themselves are found, taken out of reach, and healed by a push. */
class ScrubTest {
  private static final RepositoryName APP = new RepositoryName("library/app");
  private static final byte[] LAYER = Pushes.bytes("a layer".repeat(20_000));
  private static final Digest LAYER_DIGEST = Pushes.digestOf(LAYER);
  private static final byte[] CONFIG = Pushes.bytes("a config");
  private static final Digest CONFIG_DIGEST = Pushes.digestOf(CONFIG);
  private static final TestManifest IMAGE =
      TestManifest.of("image")
          .withBlob(CONFIG_DIGEST, CONFIG.length)
          .withBlob(LAYER_DIGEST, LAYER.length);
  private static final Tag V1 = new Tag("v1");
  private static final Duration WEEK = Duration.ofDays(7);
  private static final long FAST = 1L << 40;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir private Path root;
  private final TestDisk disk = new TestDisk();
  private final CountDownLatch never = new CountDownLatch(1);
  private Instant now = Instant.parse("2026-11-30T04:00:00Z");
  private FileStorage storage;
  private Layout layout;

  @BeforeEach
  void pushAnImage() throws IOException {
    layout = new Layout(root);
    storage = open();
    pushAll();
  }

  @AfterEach
  void closeStorage() throws IOException {
    storage.close();
  }

  private FileStorage open() throws IOException {
    return FileStorage.open(TestDisk.options(root), TestManifest.READER, disk, () -> now);
  }

  private void pushAll() throws IOException {
    Pushes.blob(storage, APP, CONFIG);
    Pushes.blob(storage, APP, LAYER);
    Pushes.manifest(storage, APP, IMAGE, "v1");
  }

  /** A whole round, whether or not one is due. */
  private Scrubber.Figures scrub() throws IOException {
    storage.scrubber().run(new Order(FAST, Duration.ZERO), never);
    return storage.scrubber().figures();
  }

  private List<String> quarantined() throws IOException {
    if (!Files.exists(layout.quarantine())) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(layout.quarantine())) {
      return all.filter(Files::isRegularFile)
          .map(layout.quarantine()::relativize)
          .map(path -> path.subpath(1, path.getNameCount()).toString())
          .sorted()
          .toList();
    }
  }

  private String place(Digest digest) {
    return root.relativize(layout.blob(digest)).toString();
  }

  /** As a disk does it: without a new time. */
  private void rot(Digest digest, byte[] bytes) throws IOException {
    Path file = layout.blob(digest);
    FileTime time = Files.getLastModifiedTime(file);
    Files.write(file, bytes);
    Files.setLastModifiedTime(file, time);
  }

  private void flip(Digest digest) throws IOException {
    byte[] bytes = Files.readAllBytes(layout.blob(digest));
    bytes[bytes.length / 2] ^= 1;
    rot(digest, bytes);
  }

  private void requireWholeImage() throws IOException {
    assertThat(storage.tags().find(APP, V1)).contains(IMAGE.digest());
    assertThat(storage.manifests().find(APP, IMAGE.digest()).orElseThrow().bytes())
        .isEqualTo(IMAGE.bytes());
    assertThat(Pushes.read(storage.blobs().find(APP, LAYER_DIGEST).orElseThrow())).isEqualTo(LAYER);
    assertThat(Pushes.read(storage.blobs().find(APP, CONFIG_DIGEST).orElseThrow()))
        .isEqualTo(CONFIG);
    TreeRules.check(root);
  }

  // --- what is found

  @Test
  void scrub_soundVolume_readsAllAndTakesNothing() throws IOException {
    Scrubber.Figures figures = scrub();

    assertThat(figures.sound()).isEqualTo(3);
    assertThat(figures.bytesRead()).isEqualTo(LAYER.length + CONFIG.length + IMAGE.bytes().length);
    assertThat(figures.corrupt()).isZero();
    assertThat(figures.unreadable()).isZero();
    assertThat(figures.progress()).isZero();
    assertThat(figures.lastEnd()).isEqualTo(now);
    assertThat(quarantined()).isEmpty();
    requireWholeImage();
  }

  @Test
  void scrub_emptyVolume_ends(@TempDir Path empty) throws IOException {
    try (FileStorage other =
        FileStorage.open(FileStorageOptions.of(empty), TestManifest.READER, disk, () -> now)) {
      other.scrubber().run(new Order(FAST, WEEK), never);
      assertThat(other.scrubber().figures().lastEnd()).isEqualTo(now);
    }
  }

  @Test
  void scrub_flippedByteInALargeBlob_isTakenAwayAndHealedByAPush() throws IOException {
    flip(LAYER_DIGEST);

    assertThat(scrub().corrupt()).isEqualTo(1);

    assertThat(storage.blobs().find(APP, LAYER_DIGEST)).isEmpty();
    assertThat(storage.blobs().confirm(APP, LAYER_DIGEST)).isEmpty();
    assertThat(quarantined()).containsExactly(place(LAYER_DIGEST));
    Pushes.blob(storage, APP, LAYER);
    requireWholeImage();
    assertThat(scrub().corrupt()).isEqualTo(1);
  }

  @Test
  void scrub_flippedByteInASmallBlob_isTakenAwayAndHealedByAPush() throws IOException {
    flip(CONFIG_DIGEST);

    assertThat(scrub().corrupt()).isEqualTo(1);

    assertThat(storage.blobs().find(APP, CONFIG_DIGEST)).isEmpty();
    Pushes.blob(storage, APP, CONFIG);
    requireWholeImage();
  }

  @Test
  void scrub_truncatedBlob_isTakenAwayAndHealedByAPush() throws IOException {
    rot(LAYER_DIGEST, Pushes.bytes("a layer"));

    assertThat(scrub().corrupt()).isEqualTo(1);

    assertThat(storage.blobs().find(APP, LAYER_DIGEST)).isEmpty();
    assertThat(quarantined()).containsExactly(place(LAYER_DIGEST));
    Pushes.blob(storage, APP, LAYER);
    requireWholeImage();
  }

  @Test
  void scrub_emptyBlob_isTakenAwayAndHealedByAPush() throws IOException {
    rot(CONFIG_DIGEST, new byte[0]);

    assertThat(scrub().corrupt()).isEqualTo(1);

    assertThat(storage.blobs().find(APP, CONFIG_DIGEST)).isEmpty();
    Pushes.blob(storage, APP, CONFIG);
    requireWholeImage();
  }

  @Test
  void scrub_emptyBlobThatIsTheBlobOfNothing_stays() throws IOException {
    Pushes.blob(storage, APP, new byte[0]);

    assertThat(scrub().corrupt()).isZero();
    assertThat(storage.blobs().find(APP, Pushes.digestOf(new byte[0]))).isPresent();
  }

  @Test
  void scrub_damagedManifest_isNotServedAndHealedByAPush() throws IOException {
    flip(IMAGE.digest());

    assertThat(scrub().corrupt()).isEqualTo(1);

    assertThat(storage.manifests().find(APP, IMAGE.digest())).isEmpty();
    Pushes.manifest(storage, APP, IMAGE, "v1");
    requireWholeImage();
  }

  @Test
  void scrub_truncatedAndEmptyManifest_areHealedByAPushWithoutATag() throws IOException {
    for (byte[] rest : List.of(Pushes.bytes("test manifest"), new byte[0])) {
      rot(IMAGE.digest(), rest);
      scrub();
      assertThat(storage.manifests().find(APP, IMAGE.digest())).isEmpty();

      Pushes.manifest(storage, APP, IMAGE);

      requireWholeImage(); // with its old tag
    }
    assertThat(storage.scrubber().figures().corrupt()).isEqualTo(2);
  }

  @Test
  void scrub_referrerThatIsDamaged_isListedAgainOncePushed() throws IOException {
    TestManifest signature =
        TestManifest.of("signature").withSubject(IMAGE.digest()).withArtifactType("a/b");
    Pushes.manifest(storage, APP, signature);
    flip(signature.digest());
    scrub();
    assertThat(referrers()).isZero();

    Pushes.manifest(storage, APP, signature);

    assertThat(referrers()).isEqualTo(1);
  }

  private int referrers() throws IOException {
    return storage.referrers().list(APP, IMAGE.digest(), Set.of(), null, 10).items().size();
  }

  @Test
  void scrub_manifestThatNamesWhatWasTakenAway_isRefusedUntilThatIsPushed() throws IOException {
    flip(LAYER_DIGEST);
    scrub();
    TestManifest other = TestManifest.of("other").withBlob(LAYER_DIGEST, LAYER.length);

    assertThatThrownBy(() -> Pushes.manifest(storage, APP, other))
        .isInstanceOf(RegistryException.class);

    Pushes.blob(storage, APP, LAYER);
    Pushes.manifest(storage, APP, other);
    assertThat(storage.manifests().find(APP, other.digest())).isPresent();
  }

  @Test
  void scrub_andCheck_findTheSame() throws IOException {
    flip(LAYER_DIGEST);
    rot(CONFIG_DIGEST, new byte[0]);
    List<Digest> checked = new ArrayList<>();
    storage
        .check()
        .run(
            new VolumeCheck.Order(true, false, WEEK, WEEK),
            new VolumeCheck.Listener() {
              @Override
              public void found(VolumeFinding finding) {
                if (finding instanceof VolumeFinding.WrongBytes wrong) {
                  checked.add(wrong.digest());
                }
              }

              @Override
              public void mended(VolumeFinding finding, String how) {}

              @Override
              public void proceed() {}
            });

    scrub();

    assertThat(checked).containsExactlyInAnyOrder(LAYER_DIGEST, CONFIG_DIGEST);
    assertThat(quarantined()).containsExactlyInAnyOrder(place(LAYER_DIGEST), place(CONFIG_DIGEST));
  }

  @Test
  void scrub_folderThatCannotBeRead_isCountedAndTheRestIsRead() throws IOException {
    Path shard = layout.blobs().resolve("sha256/zz");
    Files.createSymbolicLink(shard, shard); // a circle: not even root can read it
    flip(LAYER_DIGEST);

    Scrubber.Figures figures = scrub();

    assertThat(figures.unreadable()).isEqualTo(1);
    assertThat(figures.corrupt()).isEqualTo(1);
    assertThat(figures.sound()).isEqualTo(2);
  }

  /** The memory of a process has nothing at its beginning: the system answers EIO. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void scrub_fileThatCannotBeRead_staysWhereItIs() throws IOException {
    Path file = layout.blob(CONFIG_DIGEST);
    Files.delete(file);
    Files.createSymbolicLink(file, Path.of("/proc/self/mem"));

    Scrubber.Figures figures = scrub();

    assertThat(figures.unreadable()).isEqualTo(1);
    assertThat(figures.corrupt()).isZero();
    assertThat(figures.sound()).isEqualTo(2);
    assertThat(Files.isSymbolicLink(file)).isTrue();
    assertThat(quarantined()).isEmpty();
  }

  @Test
  void scrub_whenNothingCanBeMoved_leavesTheBytesAndTakesThemAwayLater() throws IOException {
    flip(LAYER_DIGEST);
    disk.failAll(TestDisk.Call.MOVE, new IOException("of the test"));

    assertThat(scrub().corrupt()).isEqualTo(1);
    assertThat(layout.blob(LAYER_DIGEST)).exists();

    disk.watch();
    scrub();
    assertThat(quarantined()).containsExactly(place(LAYER_DIGEST));
  }

  @Test
  void scrub_thatDiesAtAnyPoint_leavesTheBlobInItsPlaceOrInQuarantine() throws IOException {
    boolean died = true;
    for (int n = 0; died; n++) {
      flip(LAYER_DIGEST);
      int before = quarantined().size();
      disk.dieAt(n);
      scrub();
      died = disk.failed();
      disk.watch();
      boolean aside = quarantined().size() > before;
      assertThat(Files.exists(layout.blob(LAYER_DIGEST))).isNotEqualTo(aside);
      assertThat(died || aside).isTrue();
      Pushes.blob(storage, APP, LAYER);
      requireWholeImage();
    }
  }

  // --- before a scrub comes by

  @Test
  void find_truncatedBlobWhoseManifestWasRead_isAbsentAndHealedByAPush() throws IOException {
    storage.close();
    storage = open(); // nobody remembers the pushes
    rot(LAYER_DIGEST, Pushes.bytes("a layer"));
    assertThat(storage.manifests().find(APP, IMAGE.digest())).isPresent();

    assertThat(storage.blobs().find(APP, LAYER_DIGEST)).isEmpty();
    assertThat(storage.blobs().confirm(APP, LAYER_DIGEST)).isEmpty();

    Pushes.blob(storage, APP, LAYER);
    requireWholeImage();
  }

  @Test
  void find_truncatedBlobThatWasPushedLately_isAbsent() throws IOException {
    rot(LAYER_DIGEST, Pushes.bytes("a layer"));

    assertThat(storage.blobs().find(APP, LAYER_DIGEST)).isEmpty();
    RepositoryName other = new RepositoryName("other");
    assertThat(storage.blobs().mount(APP, other, LAYER_DIGEST)).isEmpty();
  }

  @Test
  void find_blobOfWhichAManifestNamesAWrongSize_isThere() throws IOException {
    TestManifest wrong = TestManifest.of("wrong").withBlob(LAYER_DIGEST, 99);
    Pushes.blob(storage, APP, wrong.bytes()); // as registry:2 may have taken it
    Path link = layout.revisionLink(APP, wrong.digest());
    Files.createDirectories(Layout.folderOf(link));
    Files.writeString(link, wrong.digest().toString());
    assertThat(storage.manifests().find(APP, wrong.digest())).isPresent();

    requireWholeImage();
  }

  @Test
  void put_manifestThatNamesATruncatedBlob_isToldThatTheBlobIsMissing() throws IOException {
    storage.close();
    storage = open();
    rot(LAYER_DIGEST, Pushes.bytes("a layer"));
    TestManifest other = TestManifest.of("other").withBlob(LAYER_DIGEST, LAYER.length);

    assertThatThrownBy(() -> Pushes.manifest(storage, APP, other))
        .isInstanceOf(RegistryException.class)
        .hasMessageContaining("MANIFEST_BLOB_UNKNOWN");
  }

  @Test
  void put_manifestWhoseBytesRotted_writesThemAnew() throws IOException {
    assertThat(storage.manifests().find(APP, IMAGE.digest())).isPresent();
    flip(IMAGE.digest()); // with its old time, by which it is remembered as sound

    Pushes.manifest(storage, APP, IMAGE, "v1");

    assertThat(layout.blob(IMAGE.digest())).hasBinaryContent(IMAGE.bytes());
    assertThat(scrub().corrupt()).isZero();
  }

  // --- reading with a check

  private void reopenVerifying() throws IOException {
    storage.close();
    storage =
        FileStorage.open(
            TestDisk.options(root).withVerifyReads(true), TestManifest.READER, disk, () -> now);
  }

  @Test
  void verifiedRead_ofSoundBlobs_givesTheirBytes() throws IOException {
    reopenVerifying();

    requireWholeImage();
    try (SeekableByteChannel channel =
        storage.blobs().find(APP, LAYER_DIGEST).orElseThrow().open()) {
      ByteBuffer part = ByteBuffer.allocate(7);
      assertThat(channel.position(70).read(part)).isEqualTo(7);
      assertThat(part.array()).isEqualTo(Pushes.bytes("a layer"));
      assertThat(channel.position(LAYER.length).read(part.clear())).isEqualTo(-1);
    }
  }

  @Test
  void verifiedRead_ofALargeDamagedBlob_endsBeforeItsLastBytesAndTakesItAway() throws IOException {
    flip(LAYER_DIGEST);
    reopenVerifying();
    long got = 0;
    try (SeekableByteChannel channel =
        storage.blobs().find(APP, LAYER_DIGEST).orElseThrow().open()) {
      ByteBuffer piece = ByteBuffer.allocate(1 << 16);
      while (got + piece.capacity() < LAYER.length) {
        got += channel.read(piece.clear());
      }
      assertThatThrownBy(() -> channel.read(piece.clear())).isInstanceOf(IOException.class);
    }

    assertThat(got).isPositive();
    awaitCorrupt(1);
    assertThat(storage.blobs().find(APP, LAYER_DIGEST)).isEmpty();
    assertThat(quarantined()).containsExactly(place(LAYER_DIGEST));
    Pushes.blob(storage, APP, LAYER);
    requireWholeImage();
  }

  @Test
  void verifiedRead_ofASmallDamagedBlob_givesNothingOfIt() throws IOException {
    flip(CONFIG_DIGEST);
    reopenVerifying();
    BlobContent blob = storage.blobs().find(APP, CONFIG_DIGEST).orElseThrow();

    assertThatThrownBy(blob::open).isInstanceOf(IOException.class);

    awaitCorrupt(1);
    assertThat(storage.blobs().find(APP, CONFIG_DIGEST)).isEmpty();
    assertThat(quarantined()).containsExactly(place(CONFIG_DIGEST));
  }

  /** What readers found damaged is taken away on another thread. */
  private void awaitCorrupt(long count) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (storage.scrubber().figures().corrupt() < count) {
      assertThat(System.nanoTime()).as("waited for %d corrupt files", count).isLessThan(deadline);
      Thread.onSpinWait();
    }
  }

  /** Reports a short blob that is damaged, as its reader finds it. */
  private void readDamaged(Digest digest) throws IOException {
    BlobContent blob = storage.blobs().find(APP, digest).orElseThrow();
    assertThatThrownBy(blob::open).isInstanceOf(IOException.class);
  }

  /** Lets nothing into the quarantine before {@code go}, and tells if that doesn't come. */
  private AtomicBoolean holdTheQuarantine(CountDownLatch go) {
    AtomicBoolean late = new AtomicBoolean();
    disk.hook(
        event -> {
          if (event.path().startsWith(layout.quarantine()) && !isDownSoon(go)) {
            late.set(true);
          }
        });
    return late;
  }

  private static boolean isDownSoon(CountDownLatch latch) {
    try {
      return latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void verifiedRead_ofADamagedBlob_doesNotWaitUntilItIsTakenAway() throws IOException {
    flip(CONFIG_DIGEST);
    reopenVerifying();
    CountDownLatch answered = new CountDownLatch(1);
    AtomicBoolean late = holdTheQuarantine(answered);

    readDamaged(CONFIG_DIGEST);
    answered.countDown();

    awaitCorrupt(1);
    assertThat(storage.blobs().find(APP, CONFIG_DIGEST)).isEmpty();
    assertThat(late).isFalse();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void verifiedRead_ofABlobThatCanNotBeReadAgain_isNotCountedAsCorrupt() throws IOException {
    Digest unreadable = Pushes.blob(storage, APP, Pushes.bytes("two")).digest();
    Digest last = Pushes.blob(storage, APP, Pushes.bytes("three")).digest();
    for (Digest digest : List.of(CONFIG_DIGEST, unreadable, last)) {
      flip(digest);
    }
    reopenVerifying();
    CountDownLatch changed = new CountDownLatch(1);
    AtomicBoolean late = holdTheQuarantine(changed);
    readDamaged(CONFIG_DIGEST);
    readDamaged(unreadable); // waits behind that one
    readDamaged(last);
    Path file = layout.blob(unreadable);
    Files.delete(file);
    Files.createSymbolicLink(file, Path.of("/proc/self/mem"));
    changed.countDown();

    awaitCorrupt(2);

    assertThat(late).isFalse();
    assertThat(quarantined()).containsExactlyInAnyOrder(place(CONFIG_DIGEST), place(last));
    assertThat(storage.scrubber().figures().corrupt()).isEqualTo(2);
  }

  // --- beside a push

  @Test
  void found_bytesThatAPushReplacedMeanwhile_stay() throws IOException {
    flip(LAYER_DIGEST);
    Path file = layout.blob(LAYER_DIGEST);
    BlobInspection.Pace push = bytes -> Pushes.blob(storage, APP, LAYER); // while it is being read

    BlobInspection.Verdict verdict = new BlobInspection().inspect(file, LAYER_DIGEST, push);

    assertThat(verdict).isInstanceOf(BlobInspection.Verdict.Wrong.class);
    assertThat(scrub().corrupt()).isZero();
    requireWholeImage();
  }

  // --- rounds

  @Test
  void run_stopped_goesOnAfterARestartWhereItWas() throws IOException {
    List<Digest> all =
        Stream.of(CONFIG_DIGEST, LAYER_DIGEST, IMAGE.digest())
            .sorted(Comparator.comparing(Digest::hex))
            .toList();
    Instant begun = now.minusSeconds(100);
    Files.writeString(
        layout.scrub(), new ScrubState(begun, all.get(1), null, Duration.ZERO).text());
    storage.close();
    storage = open();

    Scrubber.Figures figures = scrub();

    assertThat(figures.sound()).isEqualTo(1);
    assertThat(figures.bytesRead()).isEqualTo(Files.size(layout.blob(all.get(2))));
    assertThat(figures.lastDuration()).isEqualTo(Duration.ofSeconds(100));
    assertThat(scrub().sound()).isEqualTo(4);
  }

  @Test
  void run_askedToStop_keepsItsPlaceAndGoesOnFromThere() throws IOException {
    CountDownLatch stop = new CountDownLatch(1);
    stop.countDown();

    // Each round is stopped after its first piece, in the middle of the first file.
    storage.scrubber().run(new Order(1, WEEK), stop);

    Scrubber.Figures figures = storage.scrubber().figures();
    assertThat(figures.lastEnd()).isNull();
    assertThat(figures.sound()).isZero();
    assertThat(Files.readString(layout.scrub())).contains("begun " + now).contains("after -");
    assertThat(scrub().sound()).isEqualTo(3);
  }

  @Test
  void run_beforeTheIntervalIsOver_doesNothing_alsoAfterARestart() throws IOException {
    Order weekly = new Order(FAST, WEEK);
    storage.scrubber().run(weekly, never);
    Instant ended = now;
    storage.close();
    storage = open();

    now = ended.plus(WEEK).minusSeconds(1);
    storage.scrubber().run(weekly, never);
    assertThat(storage.scrubber().figures().sound()).isZero();
    assertThat(storage.scrubber().figures().lastEnd()).isEqualTo(ended);

    now = ended.plus(WEEK);
    storage.scrubber().run(weekly, never);
    assertThat(storage.scrubber().figures().sound()).isEqualTo(3);
    assertThat(storage.scrubber().figures().lastEnd()).isEqualTo(now);
  }

  @Test
  void run_afterAnEndInTheFuture_doesNotWaitForIt() throws IOException {
    Order weekly = new Order(FAST, WEEK);
    storage.scrubber().run(weekly, never);

    now = now.minus(Duration.ofDays(365)); // the clock was wrong, and is put right
    storage.scrubber().run(weekly, never);

    assertThat(storage.scrubber().figures().sound()).isEqualTo(6);
  }

  @Test
  void run_whosePlaceCannotBeWritten_waitsForItsIntervalAllTheSame() throws IOException {
    Order weekly = new Order(FAST, WEEK);
    disk.failAll(TestDisk.Call.MOVE, new IOException("of the test"));

    storage.scrubber().run(weekly, never);
    storage.scrubber().run(weekly, never);

    assertThat(storage.scrubber().figures().sound()).isEqualTo(3);
    disk.watch();
  }

  @Test
  void run_withADamagedFile_beginsAgain() throws IOException {
    for (String text :
        List.of("", "stowage scrub 1\nbegun", "\0\0\0", "stowage scrub 1\ntook x\nend\n")) {
      storage.close();
      Files.writeString(layout.scrub(), text);
      storage = open();
      assertThat(scrub().sound()).isEqualTo(3);
    }
  }

  @Test
  void run_onAStorageThatIsNotOwned_doesNothing() throws IOException {
    flip(LAYER_DIGEST);
    try (FileStorage other =
        FileStorage.open(
            TestDisk.options(root).withReadOnly(true), TestManifest.READER, disk, () -> now)) {
      other.scrubber().run(new Order(FAST, Duration.ZERO), never);
      assertThat(other.scrubber().figures().bytesRead()).isZero();
    }
    assertThat(layout.blob(LAYER_DIGEST)).exists();
  }

  @Test
  void state_text_isReadAsItWasWritten() {
    ScrubState state = new ScrubState(now, LAYER_DIGEST, now.minus(WEEK), Duration.ofMinutes(3));

    assertThat(ScrubState.parse(state.text())).contains(state);
    assertThat(ScrubState.parse(ScrubState.NONE.text())).contains(ScrubState.NONE);
  }
}
