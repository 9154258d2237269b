package io.stowage.registry.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.oci.UploadId;
import io.stowage.registry.storage.StorageFaultException;
import io.stowage.registry.storage.StorageFullException;
import io.stowage.registry.storage.UploadSession;
import io.stowage.registry.storage.filesystem.TestDisk.Call;
import io.stowage.registry.testkit.Pushes;
import io.stowage.registry.testkit.TestManifest;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Single failures of the disk, and what is left of them. */
class FailureTest {
  private static final RepositoryName APP = new RepositoryName("library/app");
  private static final byte[] HELLO = Pushes.bytes("hello, ");
  private static final byte[] LARGE = Pushes.bytes("large".repeat(20_000));
  private static final byte[] WORLD = Pushes.bytes("world");
  private static final byte[] BOTH = Pushes.bytes("hello, world");
  private static final TestManifest ONE = TestManifest.of("one");
  private static final TestManifest TWO = TestManifest.of("two");

  @TempDir private Path root;
  private TestDisk disk;
  private FileStorage storage;
  private Layout layout;

  @BeforeEach
  void openEmptyVolume() throws IOException {
    disk = new TestDisk();
    layout = new Layout(root);
    storage = open();
  }

  @AfterEach
  void closeStorage() throws IOException {
    storage.close();
  }

  private FileStorage open() throws IOException {
    return FileStorage.open(
        TestDisk.options(root), TestManifest.READER, disk, InstantSource.system());
  }

  @Test
  void append_diskFullHalfWay_isCutBackAndGoesOn() throws IOException {
    try (UploadSession upload = storage.uploads().start(APP, DigestAlgorithm.SHA256)) {
      upload.append(ByteBuffer.wrap(HELLO));
      disk.failOnce(0, "No space left on device");

      assertThatThrownBy(() -> upload.append(ByteBuffer.wrap(WORLD)))
          .isInstanceOf(StorageFullException.class);

      assertThat(upload.size()).isEqualTo(HELLO.length);
      assertThat(layout.bareUpload(APP, upload.id())).hasSize(HELLO.length);
      disk.watch();
      upload.append(ByteBuffer.wrap(WORLD));
      assertThat(upload.commit(Pushes.digestOf(BOTH)).size()).isEqualTo(BOTH.length);
    }
  }

  @Test
  void append_canNotEvenBeCutBack_hashesWhatIsThere() throws IOException {
    try (UploadSession upload = storage.uploads().start(APP, DigestAlgorithm.SHA256)) {
      upload.append(ByteBuffer.wrap(HELLO));
      disk.dieAt(0);
      assertThatThrownBy(() -> upload.append(ByteBuffer.wrap(WORLD)))
          .isInstanceOf(IOException.class);
      disk.watch();

      assertThat(upload.size()).isEqualTo(HELLO.length + WORLD.length / 2);
      upload.append(ByteBuffer.wrap(WORLD, 2, 3));
      assertThat(upload.commit(Pushes.digestOf(BOTH)).size()).isEqualTo(BOTH.length);
    }
  }

  @Test
  void commit_failedFlush_throwsTheBytesAway() throws IOException {
    UploadId id;
    try (UploadSession upload = storage.uploads().start(APP, DigestAlgorithm.SHA256)) {
      id = upload.id();
      upload.append(ByteBuffer.wrap(LARGE));
      disk.failAll(Call.FLUSH_FILE, new IOException("Input/output error"));
      assertThatThrownBy(() -> upload.commit(Pushes.digestOf(LARGE)))
          .hasMessage("Input/output error");
      disk.watch();
      assertThatThrownBy(() -> upload.commit(Pushes.digestOf(LARGE)))
          .isInstanceOf(RegistryException.class);
    }
    assertThatThrownBy(() -> storage.uploads().open(APP, id).close())
        .isInstanceOf(RegistryException.class);
    assertThat(storage.blobs().find(APP, Pushes.digestOf(LARGE))).isEmpty();
    assertThat(layout.blob(Pushes.digestOf(LARGE))).doesNotExist();

    disk.watch();
    Pushes.blob(storage, APP, LARGE);
    assertThat(disk.events())
        .anyMatch(
            event ->
                event.call() == Call.MOVE
                    && event.path().equals(layout.blob(Pushes.digestOf(LARGE))));
  }

  @Test
  void commit_folderCanNotBeFlushed_keepsTheUpload() throws IOException {
    try (UploadSession upload = storage.uploads().start(APP, DigestAlgorithm.SHA256)) {
      upload.append(ByteBuffer.wrap(LARGE));
      disk.failAll(Call.FLUSH_FOLDER, new IOException("Input/output error"));
      assertThatThrownBy(() -> upload.commit(Pushes.digestOf(LARGE)))
          .hasMessage("Input/output error");
      assertThat(storage.blobs().find(APP, Pushes.digestOf(LARGE))).isEmpty();

      disk.watch();
      assertThat(upload.commit(Pushes.digestOf(LARGE)).size()).isEqualTo(LARGE.length);
    }
  }

  @Test
  void quotaExceeded_isAFullStorageToo() throws IOException {
    disk.failAll(Call.CREATE, new FileSystemException("f", null, "Disk quota exceeded"));

    assertThatThrownBy(() -> Pushes.manifest(storage, APP, ONE, "v1"))
        .isInstanceOf(StorageFullException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "READ_ONLY, Read-only file system",
    "INPUT_OUTPUT, Input/output error",
    "TOO_MANY_OPEN_FILES, Too many open files",
    "TOO_MANY_OPEN_FILES, Too many open files in system",
    "INTERRUPTED, Interrupted system call"
  })
  void faultWithAName_keepsIt(StorageFaultException.Fault fault, String text) throws IOException {
    disk.failAll(Call.CREATE, new FileSystemException("f", null, text));
    assertThatThrownBy(() -> Pushes.manifest(storage, APP, ONE, "v1"))
        .isInstanceOfSatisfying(
            StorageFaultException.class, e -> assertThat(e.fault()).isEqualTo(fault));

    disk.failAll(Call.FLUSH_DATA, new IOException(text));
    assertThatThrownBy(() -> Pushes.manifest(storage, APP, ONE, "v1"))
        .hasMessage("the redo log can't be written")
        .isInstanceOfSatisfying(
            StorageFaultException.class, e -> assertThat(e.fault()).isEqualTo(fault));

    disk.watch();
    Pushes.manifest(storage, APP, ONE, "v1");
  }

  @Test
  void failedPut_leavesNoTemporaryFile() throws IOException {
    disk.failAll(Call.FLUSH_DATA, new IOException("Input/output error"));

    assertThatThrownBy(() -> Pushes.manifest(storage, APP, ONE, "a", "b"))
        .hasMessage("the redo log can't be written")
        .hasRootCauseMessage("Input/output error");

    assertThat(layout.temporaries()).isEmptyDirectory();
  }

  /** Leaves tags a and b on different manifests, and the disk healthy again. */
  private void breakSeveralTags() throws IOException {
    Pushes.manifest(storage, APP, ONE, "a", "b");
    disk.watch();
    Pushes.manifest(storage, APP, TestManifest.of("rehearsal"), "a", "b");
    int atTheSecondTag = -1;
    for (int i = 0; i < disk.events().size(); i++) {
      if (disk.events().get(i).path().equals(layout.currentLink(APP, new Tag("b")))) {
        atTheSecondTag = i;
      }
    }
    Pushes.manifest(storage, APP, ONE, "a", "b");
    disk.dieAt(atTheSecondTag);
    assertThatThrownBy(() -> Pushes.manifest(storage, APP, TWO, "a", "b"))
        .hasMessage("the process is dead");
    assertThat(storage.tags().find(APP, new Tag("a")))
        .isNotEqualTo(storage.tags().find(APP, new Tag("b")));
    disk.watch();
  }

  @Test
  void severalTags_failureThatCanNotBeTakenBack_isSettledBeforeTheNextPut() throws IOException {
    breakSeveralTags();

    Pushes.manifest(storage, APP, TestManifest.of("three"), "c");

    assertThat(storage.tags().find(APP, new Tag("a"))).contains(ONE.digest());
    assertThat(storage.tags().find(APP, new Tag("b"))).contains(ONE.digest());
  }

  @Test
  void severalTags_failureThatCanNotBeTakenBack_bringsNoDeletedTagBack() throws IOException {
    breakSeveralTags();

    assertThat(storage.tags().delete(APP, new Tag("a"))).isTrue();

    storage.close();
    storage = open();
    assertThat(storage.tags().find(APP, new Tag("a"))).isEmpty();
    assertThat(storage.tags().find(APP, new Tag("b"))).contains(ONE.digest());
  }

  @Test
  void temporaryFolder_onAnotherFileSystem_isCopiedFrom() throws IOException {
    CrossDevice disk = new CrossDevice(layout);
    storage.close();
    storage =
        FileStorage.open(TestDisk.options(root), TestManifest.READER, disk, InstantSource.system());

    Pushes.blob(storage, APP, HELLO);
    Pushes.manifest(storage, APP, ONE.withBlob(Pushes.digestOf(HELLO), HELLO.length), "a", "b");
    Pushes.manifest(storage, APP, TWO, "a");
    storage.tags().delete(APP, new Tag("b"));

    assertThat(disk.refused).isPositive();
    assertThat(Pushes.read(storage.blobs().find(APP, Pushes.digestOf(HELLO)).orElseThrow()))
        .isEqualTo(HELLO);
    assertThat(storage.tags().find(APP, new Tag("a"))).contains(TWO.digest());
    assertThat(storage.tags().find(APP, new Tag("b"))).isEmpty();
    TreeRules.check(root);
  }

  /** A disk on which nothing can be renamed from one folder to another. */
  private static final class CrossDevice implements Disk {
    private final Layout layout;
    private final Disk disk = new TestDisk();
    private int refused;

    private CrossDevice(Layout layout) {
      this.layout = layout;
    }

    @Override
    public void move(Path from, Path to) throws IOException {
      if (!Layout.folderOf(from).equals(Layout.folderOf(to)) && from.startsWith(layout.root())) {
        refused++;
        throw new AtomicMoveNotSupportedException(
            from.toString(), to.toString(), "Invalid cross-device link");
      }
      disk.move(from, to);
    }

    @Override
    public FileChannel create(Path file) throws IOException {
      return disk.create(file);
    }

    @Override
    public FileChannel open(Path file) throws IOException {
      return disk.open(file);
    }

    @Override
    public void write(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
      disk.write(channel, bytes, at);
    }

    @Override
    public void truncate(FileChannel channel, long length) throws IOException {
      disk.truncate(channel, length);
    }

    @Override
    public void touch(Path file, FileTime time) throws IOException {
      disk.touch(file, time);
    }

    @Override
    public void flushFile(FileChannel channel, Path file) throws IOException {
      disk.flushFile(channel, file);
    }

    @Override
    public void flushData(FileChannel channel, Path file) throws IOException {
      disk.flushData(channel, file);
    }

    @Override
    public boolean flushFileSystem(Path folder) throws IOException {
      return disk.flushFileSystem(folder);
    }

    @Override
    public void flushFolder(Path folder) throws IOException {
      disk.flushFolder(folder);
    }

    @Override
    public boolean createFolder(Path folder) throws IOException {
      return disk.createFolder(folder);
    }

    @Override
    public void delete(Path path) throws IOException {
      disk.delete(path);
    }
  }

  @Test
  void open_volumeMountedForReadingOnly_servesItAndRefusesToWrite() throws IOException {
    Pushes.manifest(storage, APP, ONE, "v1");
    storage.close();
    removeOwnFolder();
    disk.failAll(Call.CREATE_FOLDER, new FileSystemException("f", null, "Read-only file system"));

    storage = open();

    assertThat(storage.isReadOnly()).isTrue();
    assertThat(storage.tags().find(APP, new Tag("v1"))).contains(ONE.digest());
    assertThatThrownBy(() -> storage.tags().delete(APP, new Tag("v1")))
        .hasMessageContaining("reading only");
  }

  private void removeOwnFolder() throws IOException {
    new AtomicFile(layout, new PosixDisk()).deleteTree(layout.own());
  }
}
