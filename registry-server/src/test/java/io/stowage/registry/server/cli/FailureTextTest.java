package io.stowage.registry.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchException;

import io.stowage.registry.server.ops.FailureText;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person reads when a start fails over the files that they named. */
final class FailureTextTest {
  @TempDir private Path temp;

  @Test
  void of_missingFile_namesIt() {
    Path file = temp.resolve("config.yml");

    assertThat(FailureText.of(new NoSuchFileException(file.toString())))
        .isEqualTo("open " + file + ": no such file or directory");
  }

  @Test
  void of_folderWhereTheFileShouldBe_saysSo() {
    assertThat(failureOf(temp)).isEqualTo(temp + ": is a folder, not a file");
  }

  @Test
  void of_fileThatIsNoText_saysSo() throws Exception {
    Path file = Files.write(temp.resolve("config.yml"), new byte[] {(byte) 0xff, (byte) 0xfe});

    assertThat(failureOf(file)).isEqualTo(file + ": is not text in UTF-8");
  }

  @Test
  void of_fileWhereTheRootShouldBe_saysSo() throws Exception {
    Path root = Files.createFile(temp.resolve("registry"));

    assertThat(FailureText.of(catchException(() -> Files.createDirectories(root))))
        .isEqualTo(root + ": is a file, not a folder");
  }

  @Test
  void configurationFile_emptyVariable_countsAsUnset() throws Exception {
    assertThat(
            ServeCommand.configurationFile(null, Map.of("REGISTRY_CONFIGURATION_PATH", "")).name())
        .isEqualTo("built-in default.yml");
  }

  @Test
  void configurationFile_commandLineAndVariable_takesTheCommandLine() throws Exception {
    Path named = Files.writeString(temp.resolve("named.yml"), "version: 0.1");

    assertThat(
            ServeCommand.configurationFile(
                    named, Map.of("REGISTRY_CONFIGURATION_PATH", "/other.yml"))
                .text())
        .isEqualTo("version: 0.1");
  }

  private static String failureOf(Path configuration) {
    return FailureText.of(
        catchException(() -> ServeCommand.configurationFile(configuration, Map.of())));
  }
}
