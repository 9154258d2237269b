package io.stowage.registry.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.server.RegistryServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code registry garbage-collect}, alone with a volume and beside a running server. */
class GarbageCollectCommandTest {
  private static final String NOTHING =
      "\n0 blobs marked, 0 blobs and 0 manifests eligible for deletion\n";

  @TempDir private Path folder;
  private TestVolume volume;

  @BeforeEach
  void pushABlobThatNothingNames() throws IOException {
    volume = TestVolume.in(folder);
  }

  private CommandRun collect(String... options) {
    return CommandRun.of(
        Stream.concat(Stream.of("garbage-collect"), Stream.of(options)).toArray(String[]::new));
  }

  private String file() {
    return volume.file().toString();
  }

  @Test
  void collect_withoutAServer_freesWhatNothingNamesAtOnce() {
    CommandRun run = collect(file());

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .isEqualTo(
            """
            library/app

            0 blobs marked, 1 blobs and 0 manifests eligible for deletion
            library/app: layer link eligible for deletion: %1$s
            blob eligible for deletion: %1$s
            """
                .formatted(TestVolume.DIGEST));
    assertThat(volume.blob()).doesNotExist();
    assertThat(volume.layerLink()).doesNotExist();
    assertThat(volume.root().resolve("_stowage/lock")).isEmptyFile();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-d", "--dry-run", "--dry-run=true", "-dm"})
  void collect_dryRun_saysTheSameAndDeletesNothing(String flag) {
    CommandRun run = collect(flag, file());

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).contains("blob eligible for deletion: " + TestVolume.DIGEST + "\n");
    assertThat(volume.blob()).exists();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-q", "--quiet", "-qm"})
  void collect_quiet_printsNothing(String flag) {
    CommandRun run = collect(file(), flag);

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).isEmpty();
    assertThat(volume.blob()).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-m", "--delete-untagged", "--delete-untagged=true", "-m=false"})
  void collect_flagsBeforeTheFile_leaveTheFileAlone(String flag) {
    assertThat(collect(flag, file()).exitCode()).isZero();
    assertThat(volume.blob()).doesNotExist();
  }

  @Test
  void collect_emptyOrMissingVolume_isASuccess() throws IOException {
    volume.configure(volume.root().toString(), folder.resolve("none").toString());
    CommandRun missing = collect(file());
    assertThat(missing.exitCode()).isZero();
    assertThat(missing.out()).isEqualTo(NOTHING);
    assertThat(missing.err()).contains("there is no such folder");
    assertThat(folder.resolve("none")).doesNotExist();

    Files.createDirectory(folder.resolve("none"));
    CommandRun empty = collect(file());
    assertThat(empty.exitCode()).isZero();
    assertThat(empty.out()).isEqualTo(NOTHING);
    assertThat(empty.err()).isEmpty();
  }

  @Test
  void collect_besideAServer_isDoneByTheServerAfterTheGrace() throws Exception {
    RegistryServer server = volume.serve();
    try {
      CommandRun young = collect(file());

      assertThat(young.exitCode()).as(young.err()).isZero();
      assertThat(young.out())
          .endsWith("1 blobs marked, 0 blobs and 0 manifests eligible for deletion\n");
      assertThat(volume.blob()).exists();
    } finally {
      server.stop(Duration.ZERO);
    }

    volume.configure("stowage:", "stowage:\n  gc: {grace: 0s}");
    server = volume.serve();
    try {
      CommandRun run = collect(file());

      assertThat(run.exitCode()).as(run.err()).isZero();
      assertThat(run.out()).contains("blob eligible for deletion: " + TestVolume.DIGEST + "\n");
      assertThat(volume.blob()).doesNotExist();
    } finally {
      server.stop(Duration.ZERO);
    }
  }

  @Test
  void collect_besideAServerThatCantBeReached_isRefusedAndNamesIt() throws Exception {
    RegistryServer server = volume.serve();
    try {
      Files.delete(volume.socket());

      CommandRun run = collect(file());

      assertThat(run.exitCode()).isOne();
      assertThat(run.out()).isEmpty();
      assertThat(run.err())
          .startsWith("Error: another server writes to this storage")
          .contains("control.sock: there is no such socket");
      assertThat(volume.blob()).exists();
    } finally {
      server.stop(Duration.ZERO);
    }
  }

  @Test
  void collect_volumeOfAServerForReadingOnly_isDoneHere() throws Exception {
    volume.configure("  filesystem:", "  maintenance: {readonly: {enabled: true}}\n  filesystem:");
    RegistryServer server = volume.serve();
    try {
      assertThat(volume.socket()).doesNotExist();

      assertThat(collect(file()).exitCode()).isZero();
      assertThat(volume.blob()).doesNotExist();
    } finally {
      server.stop(Duration.ZERO);
    }
  }

  @Test
  void collect_configurationThatIsWrongOrMissing_isRefusedAsByServe() throws IOException {
    CommandRun missing = collect("missing.yml");
    assertThat(missing.exitCode()).isOne();
    assertThat(missing.err())
        .startsWith("configuration error: open missing.yml: no such file or directory");

    volume.configure("0.1", "0.2");
    CommandRun wrong = collect(file());
    assertThat(wrong.exitCode()).isOne();
    assertThat(wrong.err()).startsWith("configuration error: ");
  }
}
