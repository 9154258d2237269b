package io.stowage.registry.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class SelfSignedCommandTest {
  @TempDir private Path temp;

  @Test
  void selfSigned_emptyFolder_getsThreeFiles() throws Exception {
    Path folder = temp.resolve("new/certs");

    Run run = run("--host", "registry.test", "--out", folder.toString());

    assertThat(run.status()).isZero();
    assertThat(permissions(folder.resolve("registry.key"))).isEqualTo("rw-------");
    assertThat(permissions(folder.resolve("registry.crt"))).isEqualTo("rw-r--r--");
    assertThat(permissions(folder.resolve("ca.crt"))).isEqualTo("rw-r--r--");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).hasSize(3);
    }
  }

  @Test
  void selfSigned_made_saysWhatToDoWithIt() throws Exception {
    Path folder = temp.toRealPath();

    Run run = run("--host", "registry.test", "--host", "192.0.2.7", "--out", folder.toString());

    assertThat(run.out())
        .startsWith("A certificate for registry.test, 192.0.2.7, valid until 2")
        .contains(
            """
              http:
                tls:
                  certificate: %1$s/registry.crt
                  key: %1$s/registry.key
            """
                .formatted(folder),
            "cp %s/ca.crt /etc/docker/certs.d/registry.test:5000/ca.crt\n".formatted(folder))
        .doesNotContain("BEGIN");
  }

  @Test
  void selfSigned_aFileIsThere_leavesAllAsTheyAre() throws Exception {
    Path key = Files.writeString(temp.resolve("registry.key"), "precious");

    Run run = run("--out", temp.toString());

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.failure())
        .isEqualTo(key + ": exists already (expected: another --out, or --force)");
    assertThat(key).hasContent("precious");
    assertThat(temp.resolve("registry.crt")).doesNotExist();
  }

  @Test
  void selfSigned_force_replacesFilesAndTheirRights() throws Exception {
    Path key = Files.writeString(temp.resolve("registry.key"), "old");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-rw-rw-"));

    assertThat(run("--force", "--out", temp.toString()).status()).isZero();

    assertThat(key).content().startsWith("-----BEGIN PRIVATE KEY-----");
    assertThat(permissions(key)).isEqualTo("rw-------");
  }

  @Test
  void tls_isACommandOfTheProgram() {
    assertThat(Main.class.getAnnotation(CommandLine.Command.class).subcommands())
        .contains(TlsCommand.class);
  }

  @Test
  void selfSigned_whatIsNoHost_writesNothing() {
    Path folder = temp.resolve("none");

    Run run = run("--host", "registry.test:5000", "--out", folder.toString());

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.failure()).startsWith("host: registry.test:5000 (expected: ");
    assertThat(folder).doesNotExist();
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  /** What a command printed, and how it ended. */
  private record Run(int status, String out, String failure) {}

  private static Run run(String... arguments) {
    StringWriter out = new StringWriter();
    StringBuilder failure = new StringBuilder();
    int status =
        new CommandLine(new TlsCommand())
            .setOut(new PrintWriter(out))
            .setExecutionExceptionHandler(
                (e, _, _) -> {
                  failure.append(e.getMessage());
                  return 1;
                })
            .execute(
                Stream.concat(Stream.of("self-signed"), Stream.of(arguments))
                    .toArray(String[]::new));
    return new Run(status, out.toString(), failure.toString());
  }
}
