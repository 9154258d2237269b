package io.stowage.registry.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.auth.htpasswd.HtpasswdFile;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code registry htpasswd} as a script or a person uses it. */
final class HtpasswdCommandTest {
  private static final String[] CHEAP = {"--cost", "4"};

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path file;

  @BeforeEach
  void nameTheFile() {
    file = folder.resolve("users");
  }

  // --- passwords from standard input

  @Test
  void add_missingFile_isMadeAndSaysWhoMayReadIt() throws Exception {
    assertThat(add("alice", "secret\n")).isZero();

    assertThat(out)
        .hasToString(
            "Made %s with the user alice; only its owner may read it, so run the registry as that owner or change the file's mode.\n"
                .formatted(file));
    assertThat(HtpasswdFile.read(file).proves("alice", "secret")).isTrue();
  }

  @Test
  void add_otherUser_isAdded() {
    add("alice", "secret\n");
    assertThat(add("bob", "secret")).isZero();

    assertThat(out.toString()).endsWith("Added bob to " + file + ".\n");
  }

  @Test
  void add_knownUser_isSetAnew() throws Exception {
    add("alice", "old\n");
    assertThat(add("alice", "pä ss\r\nsecond line\n")).isZero();

    assertThat(out.toString()).endsWith("Set the password of alice in " + file + " anew.\n");
    assertThat(HtpasswdFile.read(file).proves("alice", "pä ss")).isTrue();
  }

  @Test
  void add_noInput_saysWhatIsExpected() {
    assertThat(add("alice", "")).isEqualTo(1);

    assertThat(err.toString()).startsWith("Error: no password on standard input (expected: one");
    assertThat(file).doesNotExist();
  }

  @Test
  void an7_passwordOfMoreThan72Bytes_isNotAdded() {
    assertThat(add("alice", "x".repeat(80))).isEqualTo(1);

    assertThat(err)
        .hasToString(
            "Error: the password has 80 bytes (at most 72, because bcrypt looks at no more)\n");
    assertThat(file).doesNotExist();
  }

  @Test
  void add_endlessInput_isRefused() {
    assertThat(add("alice", "x".repeat(1 << 20))).isEqualTo(1);

    assertThat(err).hasToString("Error: the password on standard input has more than 1024 bytes\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"3", "18", "x"})
  void add_badCost_isRefused(String cost) {
    assertThat(run(piped("secret"), "add", file.toString(), "alice", "--cost", cost)).isEqualTo(1);

    assertThat(err.toString()).startsWith("Error: ").contains(cost);
  }

  @Test
  void add_passwordAsArgument_isRefused() {
    assertThat(run(piped("secret"), "add", file.toString(), "alice", "secret")).isEqualTo(1);
    assertThat(file).doesNotExist();
  }

  @Test
  void remove_user_isGone() throws Exception {
    add("alice", "secret");
    add("bob", "secret");

    assertThat(run(piped(""), "remove", file.toString(), "alice")).isZero();

    assertThat(out.toString()).endsWith("Removed alice from " + file + ".\n");
    assertThat(HtpasswdFile.read(file).size()).isEqualTo(1);
  }

  @Test
  void remove_unknownUser_fails() {
    add("alice", "secret");

    assertThat(run(piped(""), "remove", file.toString(), "bob")).isEqualTo(1);

    assertThat(out.toString()).endsWith(file + " has no user bob.\n");
  }

  @Test
  void remove_missingFile_fails() {
    assertThat(run(piped(""), "remove", file.toString(), "bob")).isEqualTo(1);

    assertThat(err).hasToString("Error: open " + file + ": no such file or directory\n");
  }

  @Test
  void verify_password_isRightOrWrong() {
    add("alice", "secret");

    assertThat(run(piped("secret\n"), "verify", file.toString(), "alice")).isZero();
    assertThat(out.toString()).endsWith("The password of alice in " + file + " is right.\n");
    assertThat(run(piped("Secret\n"), "verify", file.toString(), "alice")).isEqualTo(1);
    assertThat(out.toString()).endsWith("The password of alice in " + file + " is wrong.\n");
    assertThat(run(piped("secret\n"), "verify", file.toString(), "bob")).isEqualTo(1);
    assertThat(out.toString()).endsWith(file + " has no user bob.\n");
  }

  @Test
  void verify_otherHash_saysSoAndHowToMendIt() throws Exception {
    Files.writeString(file, "alice:$apr1$iN0cM6ku$yP/da4s4A0DBzqlbBN1VH/\n");

    assertThat(run(piped("secret\n"), "verify", file.toString(), "alice")).isEqualTo(1);

    assertThat(err.toString())
        .contains("the hash of alice is not bcrypt ($2y$, $2a$ or $2b$) but Apache's MD5 ($apr1$)")
        .endsWith("registry htpasswd add " + file + " alice\n")
        .doesNotContain("iN0cM6ku");
  }

  // --- passwords from a person

  @Test
  void add_atATerminal_asksTwice() throws Exception {
    assertThat(run(typed("secret", "secret"), addition("alice"))).isZero();

    assertThat(HtpasswdFile.read(file).proves("alice", "secret")).isTrue();
  }

  @Test
  void add_typedDifferently_changesNothing() {
    assertThat(run(typed("secret", "Secret"), addition("alice"))).isEqualTo(1);

    assertThat(err).hasToString("Error: the two passwords differ; nothing was changed\n");
    assertThat(file).doesNotExist();
  }

  @Test
  void add_inputEndedAtTheTerminal_changesNothing() {
    assertThat(run(typed(), addition("alice"))).isEqualTo(1);
    assertThat(file).doesNotExist();
  }

  @Test
  void verify_atATerminal_asksOnce() {
    add("alice", "secret");

    assertThat(run(typed("secret"), "verify", file.toString(), "alice")).isZero();
  }

  // --- Apache's form

  @Test
  void apacheForm_printsOneLineAndWarns() throws Exception {
    assertThat(run(piped(""), "-Bbn", "alice", "secret")).isZero();

    Files.writeString(file, out.toString());
    assertThat(HtpasswdFile.read(file).proves("alice", "secret")).isTrue();
    assertThat(out.toString().lines()).hasSize(1);
    assertThat(err.toString()).startsWith("Warning: ").doesNotContain("secret");
  }

  @Test
  void apacheForm_withCost_hasThatCost() {
    assertThat(run(piped(""), "-nbB", "-C", "5", "alice", "secret")).isZero();

    assertThat(out.toString()).startsWith("alice:$2y$05$");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-bn alice secret", "-Bbn alice", "-Bb users alice", "alice", ""})
  void apacheForm_anyOther_isRefusedWithWhatThereIs(String arguments) {
    assertThat(run(piped(""), arguments.isEmpty() ? new String[0] : arguments.split(" ")))
        .isEqualTo(1);

    assertThat(err.toString()).contains("registry htpasswd add|remove|verify FILE USER");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void main_help_namesTheCommand() {
    assertThat(new CommandLine(new HtpasswdCommand(piped(""))).getUsageMessage())
        .contains("add", "remove", "verify", "-Bbn USER PASSWORD");
  }

  private int add(String user, String input) {
    return run(piped(input), addition(user));
  }

  private String[] addition(String user) {
    return new String[] {"add", file.toString(), user, CHEAP[0], CHEAP[1]};
  }

  private int run(PasswordInput passwords, String... arguments) {
    return new CommandLine(new HtpasswdCommand(passwords))
        .setParameterExceptionHandler(Main::usageError)
        .setExecutionExceptionHandler(Main::failure)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private static PasswordInput piped(String input) {
    return new PasswordInput(
        null, new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
  }

  private static PasswordInput typed(String... passwords) {
    Queue<String> left = new ArrayDeque<>(List.of(passwords));
    return new PasswordInput(
        prompt -> left.isEmpty() ? null : left.remove().toCharArray(),
        new ByteArrayInputStream(new byte[0]));
  }
}
