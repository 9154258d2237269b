package io.stowage.registry.server.cli;

import io.stowage.registry.access.Credential;
import io.stowage.registry.access.CredentialRefusedException;
import io.stowage.registry.access.TokenRejectedException;
import io.stowage.registry.auth.htpasswd.HtpasswdException;
import io.stowage.registry.config.ConfigurationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code registry token}: personal access tokens, and a look at any token. */
@Command(
    name = "token",
    description = "Make, list and revoke personal access tokens; verify tokens.",
    synopsisSubcommandLabel = "COMMAND")
final class TokenCommand implements Runnable {
  /** More than any token that could hold. */
  private static final int MOST_INPUT_BYTES = 64 * 1024;

  private final InputStream in;

  @Spec private CommandSpec spec = CommandSpec.create();

  @SuppressWarnings("unused") // picocli acts on it
  @Mixin
  private HelpOption help = new HelpOption();

  /** For picocli. */
  @SuppressWarnings("unused")
  TokenCommand() {
    this(System.in);
  }

  TokenCommand(InputStream in) {
    this.in = in;
  }

  /** Without a command: what commands there are. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getErr());
  }

  @Command(
      name = "create",
      description = {
        "Make a token that USER logs in with in place of the password, for some repositories only.",
        "The secret alone goes to standard output, and is shown only then."
      })
  int create(
      @Mixin ConfigurationOption configuration,
      @Parameters(paramLabel = "USER", description = "A user of the htpasswd file.") String user,
      @Mixin NewCredentialOptions made)
      throws IOException, ConfigurationException, CredentialRefusedException, HtpasswdException {
    CredentialDesk desk = CredentialDesk.of(configuration.load().configuration());
    desk.requireUser(user);
    CredentialDesk.hand(
        desk.store().createPersonal(user, made.note(), made.scopes(), made.end(Instant.now())),
        spec.commandLine().getOut(),
        spec.commandLine().getErr());
    return 0;
  }

  @Command(name = "list", description = "List the personal access tokens, without their secrets.")
  int list(
      @Mixin ConfigurationOption configuration,
      @Option(names = "--user", paramLabel = "USER", description = "Only those of one user.")
          @Nullable String user)
      throws IOException, ConfigurationException, HtpasswdException {
    CredentialDesk desk = CredentialDesk.of(configuration.load().configuration());
    CredentialDesk.print(
        desk.list(Credential.Kind.PERSONAL, user), Instant.now(), spec.commandLine().getOut());
    return 0;
  }

  @Command(name = "revoke", description = "End a personal access token at once.")
  int revoke(
      @Mixin ConfigurationOption configuration,
      @Parameters(paramLabel = "ID", description = "As 'list' shows it.") String id)
      throws IOException, ConfigurationException, HtpasswdException {
    CredentialDesk desk = CredentialDesk.of(configuration.load().configuration());
    Optional<Credential> credential =
        desk.store().find(id).filter(it -> it.kind() == Credential.Kind.PERSONAL);
    if (credential.isEmpty() || !desk.store().revoke(id)) {
      throw new IllegalArgumentException("there is no personal access token with the id " + id);
    }
    spec.commandLine().getOut().println("Revoked %s of %s.".formatted(id, credential.get().user()));
    return 0;
  }

  @Command(
      name = "verify",
      description = {
        "Say whether a bearer token holds by the configuration in force, and if not, which check it"
            + " fails.",
        "Exit code 0 if it does, 1 if not."
      })
  int verify(
      @Mixin ConfigurationOption configuration,
      @Parameters(
              arity = "0..1",
              paramLabel = "TOKEN",
              description = "Else it is read from standard input, where nobody else sees it.")
          @Nullable String token)
      throws IOException, ConfigurationException, HtpasswdException {
    TokenCheck check = new TokenCheck(configuration.load().configuration());
    String text = token == null ? read() : token.strip();
    try {
      spec.commandLine().getOut().println(check.describe(text));
      return 0;
    } catch (TokenRejectedException e) {
      spec.commandLine().getOut().println("The token doesn't hold: " + e.getMessage() + ".");
      return 1;
    }
  }

  private String read() throws IOException {
    return new String(in.readNBytes(MOST_INPUT_BYTES), StandardCharsets.UTF_8).strip();
  }
}
