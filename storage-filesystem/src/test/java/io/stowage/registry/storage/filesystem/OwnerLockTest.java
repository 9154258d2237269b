package io.stowage.registry.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.testkit.Pushes;
import io.stowage.registry.testkit.TestManifest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OwnerLockTest {
  private static final RepositoryName APP = new RepositoryName("library/app");
  private static final TestManifest IMAGE = TestManifest.of("image");

  @TempDir private Path root;

  private FileStorage open(Duration patience) throws IOException {
    return FileStorage.open(
        TestDisk.options(root).withOwnerPatience(patience), TestManifest.READER);
  }

  @Test
  void open_whileThisProcessOwnsIt_isRefusedAndNamesTheOwner() throws IOException {
    try (FileStorage owner = open(Duration.ZERO)) {
      assertThatThrownBy(() -> open(Duration.ofMillis(100)).close())
          .isInstanceOf(StorageOwnedException.class)
          .hasMessageContaining(Long.toString(ProcessHandle.current().pid()));
      assertThat(owner.isReadOnly()).isFalse();
    }
  }

  @Test
  void open_afterTheOwnerClosed_succeeds() throws IOException {
    open(Duration.ZERO).close();

    open(Duration.ZERO).close();
  }

  @Test
  void open_ownerLetsGoMeanwhile_waitsForIt() throws IOException {
    FileStorage owner = open(Duration.ZERO);
    CompletableFuture<Void> next =
        CompletableFuture.runAsync(
            () -> {
              try {
                open(Duration.ofSeconds(30)).close();
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });

    owner.close();

    next.join();
  }

  /** A process that takes the lock, says so, and holds it until its input ends. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws IOException {
      try (FileStorage storage =
          FileStorage.open(FileStorageOptions.of(Path.of(args[0])), TestManifest.READER)) {
        System.out.println("read-only " + storage.isReadOnly());
        while (System.in.read() >= 0) {}
      }
    }
  }

  @Test
  void open_whileAnotherProcessOwnsIt_isRefusedUntilThatIsKilled() throws Exception {
    Process holder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                root.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(holder.getInputStream(), StandardCharsets.UTF_8))) {
      assertThat(output.readLine()).isEqualTo("read-only false");
      assertThat(Files.readString(root.resolve("_stowage/lock")))
          .startsWith("process " + holder.pid() + " on host ");

      assertThatThrownBy(() -> open(Duration.ZERO).close())
          .isInstanceOf(StorageOwnedException.class)
          .hasMessageContaining("process " + holder.pid());
    } finally {
      holder.destroyForcibly().waitFor();
    }
    open(Duration.ofSeconds(10)).close();
  }

  // --- from reader to writer

  private FileStorage openReader() throws IOException {
    return FileStorage.open(TestDisk.options(root).withReadOnly(true), TestManifest.READER);
  }

  @Test
  void becomeWriter_ofAFreeVolume_acceptsChangesFromThenOn() throws IOException {
    try (FileStorage storage = openReader()) {
      assertThatThrownBy(() -> Pushes.manifest(storage, APP, IMAGE, "v1"))
          .hasMessageContaining("reading only");

      storage.becomeWriter(Duration.ZERO);

      assertThat(storage.isReadOnly()).isFalse();
      Pushes.manifest(storage, APP, IMAGE, "v1");
      assertThat(storage.tags().find(APP, new Tag("v1"))).contains(IMAGE.digest());
      assertThatThrownBy(() -> open(Duration.ZERO).close())
          .isInstanceOf(StorageOwnedException.class);
    }
    open(Duration.ZERO).close();
  }

  @Test
  void becomeWriter_whileAnotherOwnsIt_staysAReader() throws IOException {
    FileStorage owner = open(Duration.ZERO);
    try (FileStorage storage = openReader()) {
      assertThatThrownBy(() -> storage.becomeWriter(Duration.ZERO))
          .isInstanceOf(StorageOwnedException.class);

      assertThat(storage.isReadOnly()).isTrue();
      assertThatThrownBy(() -> Pushes.manifest(storage, APP, IMAGE, "v1"))
          .hasMessageContaining("reading only");
      owner.close();
      storage.becomeWriter(Duration.ZERO);
      Pushes.manifest(storage, APP, IMAGE, "v1");
    }
  }

  @Test
  void becomeWriter_ofAnOwner_doesNothing() throws IOException {
    try (FileStorage storage = open(Duration.ZERO)) {
      storage.becomeWriter(Duration.ZERO);

      assertThat(storage.isReadOnly()).isFalse();
    }
  }
}
