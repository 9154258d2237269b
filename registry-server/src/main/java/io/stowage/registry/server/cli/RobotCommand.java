package io.stowage.registry.server.cli;

import io.stowage.registry.access.Credential;
import io.stowage.registry.access.CredentialRefusedException;
import io.stowage.registry.auth.htpasswd.HtpasswdException;
import io.stowage.registry.config.ConfigurationException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code registry robot}: accounts for programs, with rights of their own. */
@Command(
    name = "robot",
    description = "Make, list and revoke robot accounts.",
    synopsisSubcommandLabel = "COMMAND")
final class RobotCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @SuppressWarnings("unused") // picocli acts on it
  @Mixin
  private HelpOption help = new HelpOption();

  RobotCommand() {}

  /** Without a command: what commands there are. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getErr());
  }

  @Command(
      name = "create",
      description = {
        "Make an account that logs in as 'robot$$NAME' and has exactly the rights given here.",
        "The secret alone goes to standard output, and is shown only then."
      })
  int create(
      @Mixin ConfigurationOption configuration,
      @Parameters(paramLabel = "NAME", description = Credential.ROBOT_RULE) String name,
      @Mixin NewCredentialOptions made)
      throws IOException, ConfigurationException, CredentialRefusedException, HtpasswdException {
    CredentialDesk desk = CredentialDesk.of(configuration.load().configuration());
    CredentialDesk.hand(
        desk.store().createRobot(name, made.note(), made.scopes(), made.end(Instant.now())),
        spec.commandLine().getOut(),
        spec.commandLine().getErr());
    return 0;
  }

  @Command(name = "list", description = "List the robot accounts, without their secrets.")
  int list(@Mixin ConfigurationOption configuration)
      throws IOException, ConfigurationException, HtpasswdException {
    CredentialDesk desk = CredentialDesk.of(configuration.load().configuration());
    CredentialDesk.print(
        desk.list(Credential.Kind.ROBOT, null), Instant.now(), spec.commandLine().getOut());
    return 0;
  }

  @Command(name = "revoke", description = "End a robot account at once.")
  int revoke(
      @Mixin ConfigurationOption configuration,
      @Parameters(paramLabel = "NAME", description = "As it was made, or 'robot$$NAME'.")
          String name)
      throws IOException, ConfigurationException, HtpasswdException {
    CredentialDesk desk = CredentialDesk.of(configuration.load().configuration());
    String user = name.startsWith(Credential.ROBOT_PREFIX) ? name : Credential.robotUser(name);
    List<Credential> robots = desk.list(Credential.Kind.ROBOT, user);
    if (robots.isEmpty()) {
      throw new IllegalArgumentException("there is no robot account " + user);
    }
    for (Credential robot : robots) {
      desk.store().revoke(robot.id());
    }
    spec.commandLine().getOut().println("Revoked " + user + ".");
    return 0;
  }
}
