package io.stowage.registry.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.UploadId;
import io.stowage.registry.storage.GarbageCollector.Order;
import io.stowage.registry.storage.UploadSession;
import io.stowage.registry.testkit.Pushes;
import io.stowage.registry.testkit.TestManifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of pushes under way when the clock is set (case R12). */
class ClockTest {
  private static final RepositoryName APP = new RepositoryName("library/app");
  private static final Duration GRACE = Duration.ofHours(1);
  private static final Duration YEAR = Duration.ofDays(365);
  private static final byte[] LAYER = Pushes.bytes("a layer");
  private static final Digest LAYER_DIGEST = Pushes.digestOf(LAYER);

  @TempDir(factory = MemoryFolderFactory.class)
  private Path root;

  private Instant clock = Instant.now(); // files are stamped by the real one, which this begins as
  private Duration passed = Duration.ZERO;
  private FileStorage storage;

  @BeforeEach
  void openEmptyVolume() throws IOException {
    storage = open();
  }

  @AfterEach
  void closeStorage() throws IOException {
    storage.close();
  }

  private FileStorage open() throws IOException {
    return FileStorage.open(
        TestDisk.options(root),
        TestManifest.READER,
        new TestDisk(),
        () -> clock,
        () -> passed.toNanos());
  }

  private void set(Duration jump) {
    clock = clock.plus(jump);
  }

  private void pass(Duration time) {
    clock = clock.plus(time);
    passed = passed.plus(time);
  }

  private boolean isCollected() throws IOException {
    storage.garbageCollector().collect(new Order(false, true, GRACE), finding -> {});
    return storage.blobs().find(APP, LAYER_DIGEST).isEmpty();
  }

  private static void stamp(Path file, Instant time) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(time));
  }

  private Path link() {
    return new Layout(root).layerLink(APP, LAYER_DIGEST);
  }

  private void assertKeptForTheGrace() throws IOException {
    assertThat(isCollected()).isFalse();
    pass(GRACE.minusMinutes(1));
    assertThat(isCollected()).isFalse();

    pass(Duration.ofMinutes(2));
    assertThat(isCollected()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {365, -1, -10_000})
  @DisplayName("R12: a collection keeps what was just pushed, and no longer than the grace")
  void collect_clockWasSet_keepsForTheGrace(int days) throws IOException {
    Pushes.blob(storage, APP, LAYER);
    stamp(link(), clock);

    set(Duration.ofDays(days));
    assertKeptForTheGrace();
  }

  @ParameterizedTest
  @ValueSource(ints = {365, -1, -10_000})
  @DisplayName("R12: also if that was while the clock was wrong")
  void collect_clockWasWrongForAWhile_keepsWhatCameMeanwhile(int days) throws IOException {
    pass(GRACE.multipliedBy(2));
    set(Duration.ofDays(days));
    Pushes.blob(storage, APP, LAYER);
    stamp(link(), clock);
    set(Duration.ofDays(-days));
    assertKeptForTheGrace();
  }

  @ParameterizedTest
  @ValueSource(ints = {365, -1})
  @DisplayName("R12: what a client was told is there stays there for the grace")
  void collect_clockWasSet_keepsWhatWasAskedFor(int days) throws IOException {
    Pushes.blob(storage, APP, LAYER);
    stamp(link(), clock.minus(YEAR));
    pass(GRACE.multipliedBy(2));
    assertThat(storage.blobs().confirm(APP, LAYER_DIGEST)).isPresent();

    set(Duration.ofDays(days));
    assertKeptForTheGrace();
  }

  @Test
  @DisplayName("R12: a start with a clock that is behind keeps what is from after that")
  void collect_clockIsBehindAtTheStart_keepsForTheGrace() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    stamp(link(), clock);
    storage.close();
    set(Duration.ofDays(-10_000));
    storage = open();

    assertThat(isCollected()).isFalse();
    pass(GRACE.plusMinutes(1));
    assertThat(isCollected()).isTrue();
  }

  @Test
  @DisplayName("R12: a clock that is put right after the start keeps nothing that is old")
  void collect_clockIsPutRightAfterTheStart_collectsWhatIsOld() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    storage.close();
    stamp(link(), clock.minus(Duration.ofDays(3)));
    set(Duration.ofDays(-2));
    storage = open();
    set(Duration.ofDays(2));

    assertThat(isCollected()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {365, -1})
  @DisplayName("R12: an upload goes on")
  void upload_clockWasSet_goesOn(int days) throws IOException {
    UploadId id;
    try (UploadSession upload = storage.uploads().start(APP, DigestAlgorithm.SHA256)) {
      upload.append(ByteBuffer.wrap(LAYER, 0, 3));
      set(Duration.ofDays(days));
      upload.append(ByteBuffer.wrap(LAYER, 3, 2));
      id = upload.id();
    }

    assertThat(storage.uploads().countAbandoned(GRACE)).isZero();
    assertThat(storage.uploads().sweep(GRACE)).isZero();

    try (UploadSession upload = storage.uploads().open(APP, id)) {
      assertThat(upload.size()).isEqualTo(5);
      upload.append(ByteBuffer.wrap(LAYER, 5, LAYER.length - 5));
      assertThat(upload.commit(LAYER_DIGEST).size()).isEqualTo(LAYER.length);
    }
  }

  @Test
  @DisplayName("R12: a clock that is set forward hastens no sweep, and prevents none")
  void sweep_afterTheClockWasSetForward_dropsWhatIsIdle() throws IOException {
    UploadId id = UploadId.random();
    storage.uploads().start(APP, id, DigestAlgorithm.SHA256).close();
    stamp(new Layout(root).bareUpload(APP, id), clock);
    set(YEAR);

    pass(GRACE.minusMinutes(1));
    assertThat(storage.uploads().sweep(GRACE)).isZero();

    pass(Duration.ofMinutes(2));
    assertThat(storage.uploads().sweep(GRACE)).isEqualTo(1);
  }

  @Test
  @DisplayName("R12: a machine that sleeps every night still collects")
  void collect_machineThatSleeps_collectsInTheEnd() throws IOException {
    Pushes.blob(storage, APP, LAYER);
    stamp(link(), clock);
    for (int i = 0; i < 3; i++) {
      pass(GRACE.dividedBy(4));
      set(Duration.ofHours(16));
      assertThat(isCollected()).isFalse();
    }

    pass(GRACE.dividedBy(3));

    assertThat(isCollected()).isTrue();
  }

  @Test
  void before_afterMoreOffsetsThanAreRemembered_isNeverTooLate() {
    FileAges ages = new FileAges(() -> clock, () -> passed.toNanos());
    Instant first = clock;
    for (int i = 0; i < 5_000; i++) {
      set(Duration.ofMinutes(i % 2 == 0 ? 10 : -5));
      pass(Duration.ofSeconds(1));
      ages.look();
    }

    assertThat(ages.before(Duration.ofHours(2))).isBefore(first);
    pass(Duration.ofHours(3));
    assertThat(ages.before(Duration.ofHours(2))).isEqualTo(clock.minus(Duration.ofHours(2)));
  }
}
