package io.stowage.registry.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests run as root as well, who may write everywhere: that is why rights are told here. */
final class VolumeRightsTest {
  @TempDir private Path temp;

  @Test
  void require_folderThatIsNotThere_couldBeWrittenAndIsNotMade() throws IOException {
    Path root = temp.resolve("a/b");

    assertThat(VolumeRights.require(TestDisk.options(root))).isTrue();
    try (Stream<Path> left = Files.list(temp)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void require_volumeOfARunningServer_couldBeWritten() throws IOException {
    try (FileStorage storage =
        FileStorage.open(FileStorageOptions.of(temp), bytes -> Optional.empty())) {
      assertThat(storage.isReadOnly()).isFalse();
      assertThat(VolumeRights.require(FileStorageOptions.of(temp))).isTrue();
    }
  }

  @Test
  void require_byOptionsForReading_couldNotBeWritten() throws IOException {
    assertThat(VolumeRights.require(FileStorageOptions.of(temp).withReadOnly(true))).isFalse();
  }

  @Test
  void require_fileInPlaceOfAFolder_namesIt() throws IOException {
    Path file = Files.createFile(temp.resolve("registry"));

    assertThatThrownBy(() -> VolumeRights.require(FileStorageOptions.of(file.resolve("data"))))
        .isInstanceOfSatisfying(
            FileAlreadyExistsException.class, e -> assertThat(e.getFile()).isEqualTo(text(file)));
  }

  @Test
  void require_folderOfTheVolumeThatMayNotBeWritten_namesIt() throws IOException {
    Path blobs = Files.createDirectories(new Layout(temp).blobs());
    VolumeRights rights = new VolumeRights(place -> !place.equals(blobs));

    assertThatThrownBy(() -> rights.of(FileStorageOptions.of(temp)))
        .isInstanceOfSatisfying(
            AccessDeniedException.class, e -> assertThat(e.getFile()).isEqualTo(text(blobs)));
  }

  private static String text(Path path) {
    return path.toString();
  }
}
