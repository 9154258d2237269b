package io.stowage.registry.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.UploadId;
import io.stowage.registry.storage.BlobContent;
import io.stowage.registry.storage.UploadSession;
import io.stowage.registry.storage.filesystem.TestDisk.Call;
import io.stowage.registry.storage.filesystem.TestDisk.Event;
import io.stowage.registry.testkit.Pushes;
import io.stowage.registry.testkit.TestManifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left by a storage that is closed, and by one that dies while it is. */
class CleanStopTest {
  private static final RepositoryName APP = new RepositoryName("library/app");
  private static final String BEGUN = "a la";
  private static final String REST = "yer";

  @TempDir(factory = MemoryFolderFactory.class)
  private Path folder;

  private final TestDisk disk = new TestDisk();

  private static FileStorage open(Path root, Disk disk) throws IOException {
    return FileStorage.open(
        TestDisk.options(root), TestManifest.READER, disk, InstantSource.system());
  }

  /** Leaves something in the log, and an upload that nobody writes to. */
  private static UploadId pushAndBegin(FileStorage storage) throws IOException {
    Pushes.manifest(storage, APP, TestManifest.of("one"), "v1");
    try (UploadSession upload = storage.uploads().start(APP, DigestAlgorithm.SHA256)) {
      upload.append(ByteBuffer.wrap(Pushes.bytes(BEGUN)));
      return upload.id();
    }
  }

  private static boolean isOfHandOver(Event event) {
    return event.path().toString().contains("_uploads");
  }

  @Test
  void close_withAnUpload_emptiesTheLogBeforeItTouchesTheUpload() throws IOException {
    AtomicInteger moves = new AtomicInteger();
    FileStorage storage = open(folder, disk);
    try (storage) {
      pushAndBegin(storage);
      assertThat(storage.log().bytes()).isPositive();
      disk.hook(
          event -> {
            if (isOfHandOver(event)) {
              moves.incrementAndGet();
              requireEmptyLog();
            }
          });
    }

    assertThat(moves).hasValue(2);
  }

  /** The epoch of a segment is 0 if it is empty; it follows 16 bytes of text. */
  private void requireEmptyLog() throws IOException {
    for (String segment : new String[] {"0", "1"}) {
      byte[] bytes = Files.readAllBytes(folder.resolve("_stowage/log").resolve(segment));
      assertThat(ByteBuffer.wrap(bytes).getLong(16)).as("epoch of segment %s", segment).isZero();
    }
  }

  @Test
  void close_logFailsInAnUnforeseenWay_handsUploadsAndVolumeOverAndTells() throws IOException {
    FileStorage storage = open(folder, disk);
    UploadId id = pushAndBegin(storage);
    IllegalStateException unforeseen = new IllegalStateException("unforeseen");
    disk.hook(
        event -> {
          if (event.call() == Call.FLUSH_FILE_SYSTEM) {
            throw unforeseen;
          }
        });

    assertThatThrownBy(storage::close).isSameAs(unforeseen);

    assertThat(new Layout(folder).upload(APP, id).resolve("data")).hasContent(BEGUN);
    try (FileStorage next = open(folder, new TestDisk())) {
      assertThat(next.isReadOnly()).isFalse();
    }
  }

  @Test
  void close_handOverFailsInAnUnforeseenWay_letsGoOfTheVolumeAndTells() throws IOException {
    FileStorage storage = open(folder, disk);
    pushAndBegin(storage);
    IllegalStateException unforeseen = new IllegalStateException("unforeseen");
    disk.hook(
        event -> {
          if (isOfHandOver(event)) {
            throw unforeseen;
          }
        });

    assertThatThrownBy(storage::close).isSameAs(unforeseen);

    requireEmptyLog();
    try (FileStorage next = open(folder, new TestDisk())) {
      assertThat(next.isReadOnly()).isFalse();
    }
  }

  @Test
  void close_besideAWriter_leavesItsUploadForTheNextStart() throws IOException {
    Layout layout = new Layout(folder);
    FileStorage storage = open(folder, disk);
    try (UploadSession upload = storage.uploads().start(APP, DigestAlgorithm.SHA256)) {
      upload.append(ByteBuffer.wrap(Pushes.bytes(BEGUN)));
      UploadId other = pushAndBegin(storage);

      storage.close();

      assertThat(layout.bareUpload(APP, upload.id())).hasContent(BEGUN);
      assertThat(layout.upload(APP, upload.id())).doesNotExist();
      assertThat(layout.upload(APP, other).resolve("data")).hasContent(BEGUN);
      try (FileStorage next = open(folder, new TestDisk())) {
        next.uploads().sweep(Duration.ofHours(1));
      }
      assertThat(layout.upload(APP, upload.id()).resolve("data")).hasContent(BEGUN);
    }
  }

  /** What is left of a volume. */
  private interface Aftermath {
    void look(Path root, UploadId id) throws IOException;
  }

  /**
   * Stops with an upload left, each time on a volume of its own and dying one call later: in those
   * of the log, then in those of the hand-over. The last try breaks none.
   */
  private void closeAndDieAtEachCall(Aftermath aftermath) throws IOException {
    boolean died = true;
    for (int n = 0; died; n++) {
      Path root = folder.resolve("n" + n);
      TestDisk dying = new TestDisk();
      FileStorage storage = open(root, dying);
      UploadId id = pushAndBegin(storage);
      dying.dieAt(n);
      storage.close();
      died = dying.failed();

      aftermath.look(root, id);
    }
  }

  @Test
  void close_processDiesAtAnyCall_leavesTheUploadToBeCommittedByTheNextStart() throws IOException {
    AtomicInteger betweenTheSteps = new AtomicInteger();
    closeAndDieAtEachCall(
        (root, id) -> {
          Layout layout = new Layout(root);
          TreeRules.check(root);
          if (Files.exists(layout.upload(APP, id)) && Files.exists(layout.bareUpload(APP, id))) {
            betweenTheSteps.incrementAndGet();
          }
          requireResumable(root, id);
          assertThat(layout.bareUpload(APP, id)).doesNotExist();
          assertThat(layout.upload(APP, id)).doesNotExist();
        });
    assertThat(betweenTheSteps).hasPositiveValue();
  }

  /** Goes on with the upload, commits it, and sweeps what that left. */
  private static void requireResumable(Path root, UploadId id) throws IOException {
    try (FileStorage storage = open(root, new TestDisk())) {
      assertThat(storage.uploads().size(APP, id)).isEqualTo(BEGUN.length());
      List<UploadId> told = new ArrayList<>();
      storage.uploads().each(told::add);
      assertThat(told).containsExactly(id);
      try (UploadSession upload = storage.uploads().open(APP, id)) {
        upload.append(ByteBuffer.wrap(Pushes.bytes(REST)));
        upload.commit(Pushes.digestOf(Pushes.bytes(BEGUN + REST)));
      }
      BlobContent blob =
          storage.blobs().find(APP, Pushes.digestOf(Pushes.bytes(BEGUN + REST))).orElseThrow();
      assertThat(Pushes.read(blob)).isEqualTo(Pushes.bytes(BEGUN + REST));
      TreeRules.check(root);
      storage.uploads().sweep(Duration.ZERO);
    }
    TreeRules.check(root);
  }

  /** A start that sweeps comes across the upload, and its stop does what was left to do. */
  @Test
  void close_afterAHandOverThatDiedAtAnyCall_endsIt() throws IOException {
    closeAndDieAtEachCall(
        (root, id) -> {
          try (FileStorage next = open(root, new TestDisk())) {
            next.uploads().sweep(Duration.ofHours(1));
          }

          Layout layout = new Layout(root);
          assertThat(layout.bareUpload(APP, id)).doesNotExist();
          assertThat(layout.upload(APP, id).resolve("data")).hasContent(BEGUN);
          assertThat(layout.upload(APP, id).resolve("startedat")).exists();
          TreeRules.check(root);
        });
  }
}
