package io.stowage.registry.server.cli;

import io.stowage.registry.server.ops.FailureText;
import io.stowage.registry.server.ops.Logging;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The program {@code registry}. Exit codes: 0 for success and for a clean stop, 1 for everything
 * that went wrong; but see {@link CheckCommand}.
 */
@Command(
    name = "registry",
    description = "Stowage, an OCI Distribution registry.",
    versionProvider = Main.Version.class,
    subcommands = {
      ServeCommand.class,
      GarbageCollectCommand.class,
      CheckCommand.class,
      HtpasswdCommand.class,
      AccessCommand.class,
      ConfigCommand.class,
      TokenCommand.class,
      RobotCommand.class,
      TlsCommand.class,
      CompletionCommand.class,
      CommandLine.HelpCommand.class
    },
    synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {
  /** The name under which the program was called, set by the launcher. */
  private static final String PROGRAM = System.getProperty("stowage.argv0", "registry");

  @SuppressWarnings("unused") // picocli acts on it
  @CommandLine.Option(
      names = {"-v", "--version"},
      versionHelp = true,
      description = "Print the version and exit.")
  private boolean version;

  @SuppressWarnings("unused") // picocli acts on it
  @CommandLine.Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Print this help and exit.")
  private boolean help;

  @Spec private CommandSpec spec = CommandSpec.create();

  private Main() {}

  /**
   * Runs one command. Ends the process, except that {@code serve} runs until it is told to stop.
   */
  public static void main(String[] args) {
    VirtualThreads.tune();
    int code = isPlainServe(args) ? serve(args) : run(args);
    Logging.finish();
    System.exit(code);
  }

  /**
   * {@code serve} with nothing or a file behind it. Reading the annotations of commands takes
   * longer than all the rest of a start, so this one goes without.
   */
  private static boolean isPlainServe(String... args) {
    boolean serve = args.length > 0 && args[0].equals("serve");
    return serve && (args.length == 1 || (args.length == 2 && !args[1].startsWith("-")));
  }

  private static int serve(String... args) {
    try {
      return ServeCommand.of(args.length == 1 ? null : Path.of(args[1])).call();
    } catch (IOException | InterruptedException | RuntimeException e) {
      Logging.flush();
      System.err.println("Error: " + FailureText.of(e));
      return 1;
    }
  }

  static int run(String... args) {
    return commandLine().execute(args);
  }

  static CommandLine commandLine() {
    return new CommandLine(new Main())
        .setCommandName("registry")
        .setParameterExceptionHandler(Main::usageError)
        .setExecutionExceptionHandler(Main::failure);
  }

  /** Without a command: what commands there are. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getErr());
  }

  static int usageError(CommandLine.ParameterException e, String[] args) {
    PrintWriter err = e.getCommandLine().getErr();
    err.println(
        "Error: " + (e instanceof UnmatchedArgumentException u ? unknown(u) : e.getMessage()));
    err.println("Run 'registry help' for usage.");
    return e.getCommandLine().getCommandSpec().exitCodeOnExecutionException();
  }

  /** In the words of distribution's command line, where it has any. */
  private static String unknown(UnmatchedArgumentException e) {
    String first = e.getUnmatched().getFirst();
    if (first.startsWith("--")) {
      return "unknown flag: " + first;
    }
    if (first.startsWith("-") && first.length() > 1) {
      return "unknown shorthand flag: '%s' in %s".formatted(first.charAt(1), first);
    }
    CommandSpec command = e.getCommandLine().getCommandSpec();
    return command.subcommands().isEmpty()
        ? String.valueOf(e.getMessage())
        : "unknown command \"%s\" for \"%s\"".formatted(first, command.qualifiedName());
  }

  static int failure(Exception e, CommandLine commandLine, CommandLine.ParseResult parseResult) {
    Logging.flush();
    commandLine.getErr().println("Error: " + FailureText.of(e));
    return commandLine.getCommandSpec().exitCodeOnExecutionException();
  }

  /** The version in distribution's shape: program, project, version. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {PROGRAM + " " + ProductVersion.current()};
    }
  }
}
