package io.stowage.registry.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code registry tls}: the commands around certificates. */
@Command(
    name = "tls",
    description = "Make a certificate for a first try.",
    subcommands = SelfSignedCommand.class,
    synopsisSubcommandLabel = "COMMAND")
final class TlsCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @SuppressWarnings("unused") // picocli acts on it
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Print this help and exit.")
  private boolean help;

  TlsCommand() {}

  /** Without a command: what commands there are. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getErr());
  }
}
