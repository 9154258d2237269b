package io.stowage.registry.server.cli;

import io.stowage.registry.auth.htpasswd.HtpasswdEditor;
import io.stowage.registry.auth.htpasswd.HtpasswdException;
import io.stowage.registry.auth.htpasswd.HtpasswdFile;
import io.stowage.registry.auth.htpasswd.HtpasswdLine;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code registry htpasswd}: changes and checks a file of users and bcrypt hashes. Without a
 * subcommand it understands one form of Apache's program, the one that guides for registry:2 use.
 */
@Command(
    name = "htpasswd",
    description = "Add, remove and verify the users of an htpasswd file.",
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "The password is asked for, or read from standard input if that is no terminal.",
      "As with Apache's program, -Bbn USER PASSWORD prints a line for such a file."
    })
final class HtpasswdCommand implements Callable<Integer> {
  private static final int DEFAULT_COST = HtpasswdLine.DEFAULT_COST;

  private final PasswordInput passwords;

  @Spec private CommandSpec spec = CommandSpec.create();

  @SuppressWarnings("unused") // picocli acts on it
  @Mixin
  private HelpOption help = new HelpOption();

  @Option(names = "-B", hidden = true)
  private boolean bcrypt;

  @Option(names = "-b", hidden = true)
  private boolean passwordInArguments;

  @Option(names = "-n", hidden = true)
  private boolean print;

  @Option(names = "-C", hidden = true)
  private int printedCost = DEFAULT_COST;

  @Parameters(arity = "0..2", hidden = true)
  private List<String> userAndPassword = List.of();

  /** For picocli. */
  @SuppressWarnings("unused")
  HtpasswdCommand() {
    this(PasswordInput.ofThisProcess());
  }

  HtpasswdCommand(PasswordInput passwords) {
    this.passwords = passwords;
  }

  @Command(name = "add", description = "Add a user, or set a user's password anew.")
  int add(
      @Parameters(paramLabel = "FILE", description = "The file; made if missing.") Path file,
      @Parameters(paramLabel = "USER") String user,
      @Option(
              names = "--cost",
              paramLabel = "N",
              defaultValue = "" + DEFAULT_COST,
              description =
                  "Each step doubles the time that a login takes, and a guess: "
                      + HtpasswdLine.LEAST_COST
                      + " to "
                      + HtpasswdLine.MOST_COST
                      + ", default ${DEFAULT-VALUE}.")
          int cost)
      throws IOException, HtpasswdException {
    HtpasswdLine line = HtpasswdLine.of(user, passwords.chosen(user), cost);
    say(
        switch (new HtpasswdEditor(file).put(line)) {
          case CREATED_FILE ->
              "Made %s with the user %s; only its owner may read it, so run the registry as that owner or change the file's mode."
                  .formatted(file, user);
          case ADDED -> "Added %s to %s.".formatted(user, file);
          case REPLACED -> "Set the password of %s in %s anew.".formatted(user, file);
        });
    return 0;
  }

  @Command(name = "remove", description = "Remove a user.")
  int remove(
      @Parameters(paramLabel = "FILE") Path file, @Parameters(paramLabel = "USER") String user)
      throws IOException {
    boolean removed = new HtpasswdEditor(file).remove(user);
    say(removed ? "Removed %s from %s.".formatted(user, file) : noSuchUser(file, user));
    return removed ? 0 : 1;
  }

  @Command(
      name = "verify",
      description = "Tell whether a password is the user's, and whether the file can be used.")
  int verify(
      @Parameters(paramLabel = "FILE") Path file, @Parameters(paramLabel = "USER") String user)
      throws IOException, HtpasswdException {
    HtpasswdFile users = HtpasswdFile.read(file);
    if (!users.knows(user)) {
      say(noSuchUser(file, user));
      return 1;
    }
    boolean right = users.proves(user, passwords.existing(user));
    say("The password of %s in %s is %s.".formatted(user, file, right ? "right" : "wrong"));
    return right ? 0 : 1;
  }

  /** Apache's {@code htpasswd -Bbn USER PASSWORD}. */
  @Override
  public Integer call() throws HtpasswdException {
    if (!(bcrypt && passwordInArguments && print && userAndPassword.size() == 2)) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "expected: registry htpasswd add|remove|verify FILE USER, or: registry htpasswd -Bbn USER"
              + " PASSWORD");
    }
    HtpasswdLine line =
        HtpasswdLine.of(userAndPassword.getFirst(), userAndPassword.getLast(), printedCost);
    PrintWriter err = spec.commandLine().getErr();
    err.println(
        "Warning: others on this machine could see the password in the list of processes;"
            + " 'registry htpasswd add FILE USER' asks for it.");
    say(line.text());
    return 0;
  }

  private static String noSuchUser(Path file, String user) {
    return "%s has no user %s.".formatted(file, user);
  }

  private void say(String sentence) {
    spec.commandLine().getOut().println(sentence);
  }
}
