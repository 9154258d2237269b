package io.stowage.registry.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessCommandTest {
  private static final String HEAD =
      """
      version: 0.1
      storage:
        filesystem:
          rootdirectory: data
      auth:
        htpasswd:
          realm: Registry
          path: users
      """;
  private static final String RULES =
      """
      stowage:
        access:
          groups:
            ci: [jenkins]
          rules:
            - {subject: anonymous, repositories: 'public/**', actions: pull}
            - {subject: 'group:ci', repositories: 'team/**', actions: [pull, push]}
            - {subject: authenticated, repositories: '${user}/**', actions: admin}
      """;

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void writeRules() throws IOException {
    file = Files.writeString(folder.resolve("config.yml"), HEAD + RULES);
  }

  private CommandRun explain(String... question) {
    String[] args = new String[question.length + 4];
    args[0] = "access";
    args[1] = "explain";
    System.arraycopy(question, 0, args, 2, question.length);
    args[question.length + 2] = "--config";
    args[question.length + 3] = file.toString();
    return CommandRun.of(args);
  }

  @Test
  void explain_allowed_namesTheRuleAndWhereItStands() {
    CommandRun run = explain("jenkins", "push", "team/app");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out())
        .isEqualTo(
            "jenkins may push team/app: %s:15: group:ci may pull, push on team/**%njenkins is in ci%n"
                .formatted(file));
  }

  @Test
  void explain_denied_saysThatNoRuleGivesIt() {
    CommandRun run = explain("jenkins", "tag-overwrite", "team/app");

    assertThat(run.exitCode()).isOne();
    assertThat(run.out())
        .startsWith("jenkins may not tag-overwrite team/app: no rule gives that%n".formatted());
  }

  @ParameterizedTest
  @CsvSource({
    "anonymous, pull, public/app, 0",
    "anonymous, push, public/app, 1",
    "anonymous, catalog, , 1",
    "alice, delete, alice/app, 0",
    "alice, pull, bob/app, 1",
    "alice, catalog, , 0",
    "alice, admin, , 1"
  })
  void explain_question_endsWithItsAnswer(
      String user, String action, String repository, int exitCode) {
    CommandRun run = repository == null ? explain(user, action) : explain(user, action, repository);

    assertThat(run.exitCode()).as(run.out() + run.err()).isEqualTo(exitCode);
  }

  @Test
  void explain_withoutRules_saysWhatHoldsThen() throws IOException {
    Files.writeString(file, HEAD);

    assertThat(explain("alice", "delete", "app").out())
        .isEqualTo(
            """
            alice may delete app: there are no access rules, so whoever logs in may do everything
            but deleting is switched off (storage.delete.enabled)
            """);
    assertThat(explain("anonymous", "pull", "app").exitCode()).isOne();
  }

  @ParameterizedTest
  @CsvSource({
    "overwrite, app, 'unknown action \"overwrite\" (expected: pull, push, tag-overwrite, delete, catalog, admin)'",
    "pull, UPPER, '\"UPPER\" is no name of a repository'",
    "pull, , pull concerns a repository: name one behind it"
  })
  void explain_malformedQuestion_saysWhatIsExpected(
      String action, String repository, String message) {
    CommandRun run =
        repository == null ? explain("alice", action) : explain("alice", action, repository);

    assertThat(run.exitCode()).isOne();
    assertThat(run.err()).contains("Error: " + message);
  }

  @Test
  void explain_configurationThatServeRefuses_isRefused() throws IOException {
    Files.writeString(file, HEAD.replace("0.1", "0.2"));

    CommandRun run = explain("alice", "pull", "app");

    assertThat(run.exitCode()).isOne();
    assertThat(run.err()).contains("config.yml:1: version: unsupported version");
  }
}
