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

/** {@code registry check}, alone with a volume and beside a running server. */
class CheckCommandTest {
  @TempDir private Path folder;
  private TestVolume volume;

  @BeforeEach
  void pushABlob() throws IOException {
    volume = TestVolume.in(folder);
  }

  private CommandRun check(String... options) {
    String[] words =
        Stream.concat(Stream.of("check", volume.file().toString()), Stream.of(options))
            .toArray(String[]::new);
    return CommandRun.of(words);
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
    Files.writeString(volume.layerLink(), "");

    CommandRun run = check("--quick");

    assertThat(run.exitCode()).isOne();
    assertThat(run.out())
        .startsWith(
            "broken\ttorn-link\t"
                + volume.root().relativize(volume.layerLink())
                + "\tlink of library/app");
    assertThat(volume.layerLink()).isEmptyFile();
  }

  @Test
  void repair_withoutAServer_mends() throws IOException {
    Files.writeString(volume.layerLink(), "");

    CommandRun run = check("--repair");

    assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
    assertThat(run.out()).contains("repaired\ttorn-link\t");
    assertThat(volume.layerLink()).hasContent(TestVolume.DIGEST.toString());
  }

  @Test
  void repair_besideAServer_isDoneByTheServer() throws Exception {
    Files.writeString(volume.layerLink(), "");
    RegistryServer server = volume.serve();
    try {
      assertThat(check().exitCode()).isOne();

      CommandRun run = check("--repair");

      assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
      assertThat(run.out()).contains("repaired\ttorn-link\t");
      assertThat(volume.layerLink()).hasContent(TestVolume.DIGEST.toString());
      assertThat(check().exitCode()).isZero();
    } finally {
      server.stop(Duration.ZERO);
    }
    assertThat(volume.socket()).doesNotExist();
  }

  @Test
  void repair_besideAServerThatCantBeReached_isRefusedAndNamesIt() throws Exception {
    Files.writeString(volume.layerLink(), "");
    RegistryServer server = volume.serve();
    try {
      Files.delete(volume.socket());

      CommandRun run = check("--repair");

      assertThat(run.exitCode()).isEqualTo(2);
      assertThat(run.err())
          .contains("Error: another server writes to this storage")
          .contains("this process, " + ProcessHandle.current().pid())
          .contains("control.sock: there is no such socket");
      assertThat(volume.layerLink()).isEmptyFile();
    } finally {
      server.stop(Duration.ZERO);
    }
  }

  @Test
  void check_whatCantBeChecked_isTwo() throws IOException {
    assertThat(check("--no-such-option").exitCode()).isEqualTo(2);

    volume.configure(volume.root().toString(), volume.root() + "/missing");
    CommandRun missing = check();
    assertThat(missing.exitCode()).isEqualTo(2);
    assertThat(missing.err()).contains("missing: no such file or directory");
    assertThat(volume.root().resolve("missing")).doesNotExist();

    volume.configure("0.1", "0.2");
    CommandRun refused = check();
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("configuration error: ");

    Files.delete(volume.file());
    assertThat(check().exitCode()).isEqualTo(2);
  }
}
