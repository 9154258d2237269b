package io.stowage.registry.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyncFsTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "ext4, 6.18.44-generic, true",
    "xfs, 5.8.0, true",
    "nfs4, 5.10.0-28-amd64, true",
    "ext4, 5.7.19, false",
    "ext4, 4.18.0-553.el8.x86_64, false",
    "ext4, unknown, false",
    "fuse.sshfs, 6.1.0, false",
    "fuseblk, 6.1.0, false",
    "overlay, 6.1.0, false",
    "9p, 6.1.0, false",
    "cifs, 6.1.0, false"
  })
  void tellsOfFailures_isKnownOfKernelAndFileSystem(String type, String release, boolean tells) {
    assertThat(SyncFs.tellsOfFailures(type, release)).isEqualTo(tells);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void disk_keepsAFileSystemOpenUntilItIsClosed() throws IOException {
    Path real = folder.toRealPath();
    try (PosixDisk disk = new PosixDisk()) {
      disk.watchFileSystem(real);
      disk.flushFileSystem(real);
      disk.flushFileSystem(Files.createDirectory(real.resolve("in it")));
      assertThat(openFiles()).filteredOn(real::equals).hasSize(1);
    }
    assertThat(openFiles()).doesNotContain(real);
  }

  private static List<Path> openFiles() throws IOException {
    List<Path> open = new ArrayList<>();
    for (String name : FolderCache.names(Path.of("/proc/self/fd"))) {
      Path link = Path.of("/proc/self/fd").resolve(name);
      if (Files.isSymbolicLink(link)) {
        open.add(Files.readSymbolicLink(link));
      }
    }
    return open;
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void open_folderThatIsGone_saysSo() {
    assertThatThrownBy(() -> SyncFs.open(folder.resolve("gone")))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("gone");
  }
}
