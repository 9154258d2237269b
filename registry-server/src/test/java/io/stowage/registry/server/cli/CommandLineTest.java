package io.stowage.registry.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What scripts hear from the program: exit codes, streams and first words, as in distribution. */
final class CommandLineTest {
  private static final String HINT = "Run 'registry serve --help' for usage.\n";

  @TempDir private Path folder;

  @Test
  void registry_alone_printsItsUsageOnTheErrorStream() {
    CommandRun run = CommandRun.of();

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).startsWith("Usage: registry").contains("serve", "config");
  }

  @ParameterizedTest
  @ValueSource(strings = {"help", "--help", "-h"})
  void registry_help_printsItOnTheOutputStream(String word) {
    CommandRun run = CommandRun.of(word);

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("Usage: registry");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void registry_completion_explainsItselfOrPrintsAScript() {
    assertThat(CommandRun.of("completion").exitCode()).isZero();
    assertThat(CommandRun.of("completion").out()).contains("Usage: registry completion");
    assertThat(CommandRun.of("completion", "bash").out())
        .startsWith("#!/usr/bin/env bash")
        .contains("htpasswd", "config");
    assertThat(CommandRun.of("completion", "cmd").exitCode()).isOne();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "-v"})
  void registry_version_isThreeWordsOnOneLine(String flag) {
    CommandRun run = CommandRun.of(flag);

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).matches("registry stowage \\S+\n");
  }

  @ParameterizedTest
  @CsvSource({
    "sevre, 'unknown command \"sevre\" for \"registry\"'",
    "--sevre, 'unknown flag: --sevre'",
    "-x, 'unknown shorthand flag: ''x'' in -x'",
    "config sevre, 'unknown command \"sevre\" for \"registry config\"'",
    "serve --sevre, 'unknown flag: --sevre'",
    "config check --sevre, 'unknown flag: --sevre'"
  })
  void registry_unknownWord_isToldInDistributionsWords(String words, String message) {
    CommandRun run = CommandRun.of(words.split(" "));

    assertThat(run.exitCode()).isOne();
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).isEqualTo("Error: " + message + "\nRun 'registry help' for usage.\n");
  }

  // --- serve, as its own process: it starts before the command line is read

  @Test
  void serve_missingFile_saysSo() throws Exception {
    CommandRun run = serve("missing.yml");

    assertThat(run.exitCode()).isOne();
    assertThat(run.err())
        .isEqualTo("configuration error: open missing.yml: no such file or directory\n" + HINT);
  }

  @Test
  void serve_brokenYaml_saysWhereItIsBroken() throws Exception {
    Files.writeString(folder.resolve("bad.yml"), "version: 0.1\nhttp: [\n");

    CommandRun run = serve("bad.yml");

    assertThat(run.exitCode()).isOne();
    assertThat(run.err())
        .startsWith("configuration error: error parsing bad.yml: line 3: not valid YAML: ")
        .endsWith(HINT);
    assertThat(run.err().lines()).hasSize(2);
  }

  @Test
  void serve_severalProblems_tellsAllOfThem() throws Exception {
    Files.writeString(
        folder.resolve("bad.yml"), "version: 0.2\nstorage: {s3: }\nlog: {level: x}\n");

    CommandRun run = serve("bad.yml");

    assertThat(run.exitCode()).isOne();
    assertThat(run.err().lines().filter(line -> line.startsWith("configuration error: bad.yml:")))
        .hasSize(3);
  }

  @Test
  void serve_fileItCannotStartWith_failsWithoutATrace() throws Exception {
    Files.writeString(
        folder.resolve("config.yml"),
        "version: 0.1\nstorage: {filesystem: {rootdirectory: data}}\nauth: {htpasswd: {path: none}}\n");

    CommandRun run = serve("config.yml");

    assertThat(run.exitCode()).isOne();
    assertThat(run.err()).contains("Error: none: no such file; make one with: ");
    assertThat(folder.resolve("data")).doesNotExist();
  }

  /** All of them at once; where a start ends is of no matter, as the summary comes first. */
  @Test
  void serve_summaryAtDebug_isThatOfTheCheckAndHidesEverySecret() throws Exception {
    Files.writeString(folder.resolve("secret"), "hidden-in-a-file\n");
    Files.writeString(
        folder.resolve("config.yml"),
        """
        version: 0.1
        log: {level: debug}
        storage: {filesystem: {rootdirectory: data}}
        auth: {htpasswd: {path: none}}
        http: {secret: hidden, host: 'https://me:hidden@registry.test'}
        proxy: {username: me}
        redis: {addr: 'r:1', password: hidden}
        reporting: {bugsnag: {apikey: hidden}}
        health: {http: [{uri: 'http://me:hidden@h/', headers: {Authorization: [hidden]}}]}
        notifications:
          endpoints: [{name: a, url: 'http://me:hidden@h/', headers: {Authorization: hidden}}]
        """);
    Map<String, String> environment =
        Map.of(
            "REGISTRY_PROXY_PASSWORD_FILE", "secret",
            "REGISTRY_STOWAGE_NOTIFICATIONS_SECRETS_A", "hidden",
            "REGISTRY_STOWAGE_HTTP_TLS_KEYPASSPHRASE", "hidden");

    String served = serve("config.yml", environment).err();
    CommandRun checked = run(environment, "config", "check", "config.yml");

    assertThat(checked.out().lines().filter(line -> line.contains(" = ")))
        .contains("http.secret = ****  (config.yml:5)", "log.level = debug  (config.yml:2)")
        .allSatisfy(line -> assertThat(served).contains(line));
    assertThat(served + checked.out() + checked.err()).doesNotContain("hidden");
  }

  private CommandRun serve(String file) throws IOException, InterruptedException {
    return serve(file, Map.of());
  }

  private CommandRun serve(String file, Map<String, String> environment)
      throws IOException, InterruptedException {
    return run(environment, "serve", file);
  }

  private CommandRun run(Map<String, String> environment, String... args)
      throws IOException, InterruptedException {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    List<String> command =
        Stream.concat(
                Stream.of(
                    java.toString(),
                    "-cp",
                    System.getProperty("java.class.path"),
                    Main.class.getName()),
                Stream.of(args))
            .toList();
    Path err = folder.resolve("stderr");
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectError(err.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("REGISTRY_"));
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new CommandRun(process.waitFor(), out, Files.readString(err));
  }
}
