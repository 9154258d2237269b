package io.stowage.registry.server.cli;

import io.stowage.registry.access.AccessRule;
import io.stowage.registry.access.AccessRules;
import io.stowage.registry.access.Action;
import io.stowage.registry.access.Identity;
import io.stowage.registry.access.Scope;
import io.stowage.registry.config.AccessSettings;
import io.stowage.registry.config.AuthSettings;
import io.stowage.registry.config.Configuration;
import io.stowage.registry.config.ConfigurationException;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.server.ConfiguredRules;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code registry access}: what the access rules say. */
@Command(name = "access", description = "Say what the access rules allow.")
final class AccessCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @SuppressWarnings("unused") // picocli acts on it
  @Mixin
  private HelpOption help = new HelpOption();

  AccessCommand() {}

  /** Without a command: what commands there are. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getErr());
  }

  @Command(
      name = "explain",
      description = {
        "Say whether USER may do ACTION on REPOSITORY, and which rule decides.",
        "Exit code 0 if so, 1 if not."
      })
  int explain(
      @Mixin ConfigurationOption configuration,
      @Parameters(index = "0", paramLabel = "USER", description = "A name, or 'anonymous'.")
          String user,
      @Parameters(
              index = "1",
              paramLabel = "ACTION",
              description = "pull, push, tag-overwrite, delete, catalog or admin.")
          String action,
      @Parameters(
              index = "2",
              arity = "0..1",
              paramLabel = "REPOSITORY",
              description = "A name; none for the registry as a whole.")
          @Nullable String repository)
      throws IOException, ConfigurationException {
    Question question = new Question(identity(user), action(action), repository(repository));
    PrintWriter out = spec.commandLine().getOut();
    if (question.repository == null && concernsARepository(question.action)) {
      throw new ParameterException(
          spec.commandLine(), action + " concerns a repository: name one behind it");
    }
    return answer(question, configuration.load().configuration(), out) ? 0 : 1;
  }

  /** What is asked. */
  private record Question(Identity identity, Action action, @Nullable RepositoryName repository) {
    String text(boolean allowed) {
      return "%s %s %s%s"
          .formatted(
              identity.isAnonymous() ? "anonymous" : identity.user(),
              allowed ? "may" : "may not",
              AccessRule.word(action),
              repository == null ? "" : " " + repository);
    }
  }

  private static Identity identity(String user) {
    return user.equals("anonymous") ? Identity.ANONYMOUS : new Identity(user);
  }

  private Action action(String word) {
    return Scope.GRANTABLE.stream()
        .filter(action -> AccessRule.word(action).equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(),
                    "unknown action \"%s\" (expected: %s)".formatted(word, words())));
  }

  private static String words() {
    return Scope.GRANTABLE.stream().map(AccessRule::word).collect(Collectors.joining(", "));
  }

  private @Nullable RepositoryName repository(@Nullable String name) {
    if (name == null) {
      return null;
    }
    return RepositoryName.find(name)
        .orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(), "\"" + name + "\" is no name of a repository"));
  }

  private static boolean concernsARepository(Action action) {
    return switch (action) {
      case PULL, PUSH, TAG_OVERWRITE, DELETE -> true;
      case PUBLIC, PING, CATALOG, ADMIN -> false;
    };
  }

  private static boolean answer(Question question, Configuration configuration, PrintWriter out) {
    boolean allowed =
        ConfiguredRules.policy(configuration)
            .allows(question.identity, question.action, question.repository);
    out.println(question.text(allowed) + ": " + reason(question, allowed, configuration));
    if (configuration.access().given() && !question.identity.isAnonymous()) {
      out.println(groups(question.identity, configuration.access()));
    }
    besides(question, configuration).forEach(out::println);
    return allowed;
  }

  private static String reason(Question question, boolean allowed, Configuration configuration) {
    if (!configuration.access().given()) {
      return switch (configuration.auth()) {
        case AuthSettings.None _ -> "there are neither logins nor access rules";
        case AuthSettings.Htpasswd _ ->
            "there are no access rules, so whoever logs in may do everything";
        case AuthSettings.Token _ ->
            "there are no access rules, so whoever has a token may do what it was issued for";
      };
    }
    return allowed
        ? decidingRule(question, configuration.access()).orElseThrow()
        : "no rule gives that";
  }

  private static Optional<String> decidingRule(Question question, AccessSettings settings) {
    for (AccessSettings.Rule rule : settings.rules()) {
      AccessRule candidate = ConfiguredRules.rule(rule);
      AccessRules alone = new AccessRules(settings.groups(), List.of(candidate));
      if (alone.allows(question.identity, question.action, question.repository)) {
        return Optional.of(rule.source().text() + ": " + candidate.text());
      }
    }
    return Optional.empty();
  }

  private static String groups(Identity identity, AccessSettings settings) {
    List<String> groups = ConfiguredRules.rules(settings).groupsOf(identity.user());
    return identity.user()
        + (groups.isEmpty() ? " is in no group" : " is in " + String.join(", ", groups));
  }

  /** What refuses it all the same, whatever the rules say. */
  private static List<String> besides(Question question, Configuration configuration) {
    boolean changes = !Set.of(Action.PULL, Action.CATALOG).contains(question.action);
    if (changes && configuration.storage().readOnly()) {
      return List.of("but the registry is read-only (storage.maintenance.readonly)");
    }
    return question.action == Action.DELETE && !configuration.storage().deleteEnabled()
        ? List.of("but deleting is switched off (storage.delete.enabled)")
        : List.of();
  }
}
