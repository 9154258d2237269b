package io.stowage.registry.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.config.Configuration;
import io.stowage.registry.config.ConfigurationException;
import io.stowage.registry.config.ConfigurationFile;
import io.stowage.registry.config.ConfigurationLoader;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.server.ConfigurationSource;
import io.stowage.registry.server.RegistryAssembly;
import io.stowage.registry.server.RegistryServer;
import io.stowage.registry.server.manifest.ManifestParser;
import io.stowage.registry.storage.filesystem.FileStorage;
import io.stowage.registry.storage.filesystem.FileStorageOptions;
import io.stowage.registry.testkit.Pushes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code registry check}, alone with a volume and beside a running server. */
class CheckCommandTest {
  private static final RepositoryName APP = new RepositoryName("library/app");
  private static final byte[] LAYER = Pushes.bytes("a layer");

  @TempDir private Path folder;
  private Path root;
  private Path file;

  @BeforeEach
  void pushABlob() throws IOException {
    root = folder.resolve("data");
    file =
        Files.writeString(
            folder.resolve("config.yml"),
            """
            version: 0.1
            storage:
              filesystem:
                rootdirectory: %s
            http:
              addr: 127.0.0.1:0
            stowage:
              storage:
                lockwait: 0s
            """
                .formatted(root));
    try (FileStorage storage =
        FileStorage.open(FileStorageOptions.of(root), new ManifestParser())) {
      Pushes.blob(storage, APP, LAYER);
    }
  }

  private CommandRun check(String... options) {
    String[] words =
        Stream.concat(Stream.of("check", file.toString()), Stream.of(options))
            .toArray(String[]::new);
    return CommandRun.of(words);
  }

  private RegistryServer serve() throws IOException, ConfigurationException {
    Configuration configuration =
        ConfigurationLoader.fromDisk().load(ConfigurationFile.read(file), Map.of()).configuration();
    return RegistryAssembly.start(
        configuration, ConfigurationSource.of(configuration), new ByteArrayOutputStream());
  }

  private Path layerLink() {
    return root.resolve("docker/registry/v2/repositories/library/app/_layers/sha256")
        .resolve(Pushes.digestOf(LAYER).hex())
        .resolve("link");
  }

  @Test
  void check_soundVolume_isZeroAndCounts() {
    CommandRun run = check();

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("checked 1 repositories, 0 manifests, 1 blobs (7 bytes read)\n")
        .contains("0 broken, 0 unreadable, 0 odd, 0 repaired;");
  }

  @Test
  void check_brokenVolume_isOneAndNamesWhatAndWhere() throws IOException {
    Files.writeString(layerLink(), "");

    CommandRun run = check("--quick");

    assertThat(run.exitCode()).isOne();
    assertThat(run.out())
        .startsWith("broken\ttorn-link\t" + root.relativize(layerLink()) + "\tlink of library/app");
    assertThat(layerLink()).isEmptyFile();
  }

  @Test
  void repair_withoutAServer_mends() throws IOException {
    Files.writeString(layerLink(), "");

    CommandRun run = check("--repair");

    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    assertThat(run.out()).contains("repaired\ttorn-link\t");
    assertThat(layerLink()).hasContent(Pushes.digestOf(LAYER).toString());
  }

  @Test
  void repair_besideAServer_isDoneByTheServer() throws Exception {
    Files.writeString(layerLink(), "");
    RegistryServer server = serve();
    try {
      assertThat(check().exitCode()).isOne();

      CommandRun run = check("--repair");

      assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
      assertThat(run.out()).contains("repaired\ttorn-link\t");
      assertThat(layerLink()).hasContent(Pushes.digestOf(LAYER).toString());
      assertThat(check().exitCode()).isZero();
    } finally {
      server.stop(Duration.ZERO);
    }
    assertThat(root.resolve("_stowage/control.sock")).doesNotExist();
  }

  @Test
  void repair_besideAServerThatCantBeReached_isRefusedAndNamesIt() throws Exception {
    Files.writeString(layerLink(), "");
    RegistryServer server = serve();
    try {
      Files.delete(root.resolve("_stowage/control.sock"));

      CommandRun run = check("--repair");

      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err())
          .contains("Error: another server writes to this storage")
          .contains("this process, " + ProcessHandle.current().pid())
          .contains("control.sock: there is no such socket");
      assertThat(layerLink()).isEmptyFile();
    } finally {
      server.stop(Duration.ZERO);
    }
  }

  @Test
  void check_whatCantBeChecked_isTwo() throws IOException {
    assertThat(check("--no-such-option").exitCode()).isEqualTo(2);

    Files.writeString(file, Files.readString(file).replace(root.toString(), root + "/missing"));
    CommandRun missing = check();
    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.err()).contains("missing: no such file or directory");
    assertThat(root.resolve("missing")).doesNotExist();

    Files.writeString(file, "version: 0.2");
    CommandRun refused = check();
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("configuration error: ");

    Files.delete(file);
    assertThat(check().exitCode()).isEqualTo(2);
  }
}
