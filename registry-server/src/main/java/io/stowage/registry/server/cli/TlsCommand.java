package io.stowage.registry.server.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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
  @Mixin
  private HelpOption help = new HelpOption();

  TlsCommand() {}

  /** Without a command: what commands there are. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getErr());
  }
}
