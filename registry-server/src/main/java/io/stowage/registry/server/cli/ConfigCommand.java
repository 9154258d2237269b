package io.stowage.registry.server.cli;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code registry config}: what the configuration says. */
@Command(name = "config", description = "Look into the configuration.")
final class ConfigCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @SuppressWarnings("unused") // picocli acts on it
  @Mixin
  private HelpOption help = new HelpOption();

  ConfigCommand() {}

  /** Without a command: what commands there are. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getErr());
  }

  @Command(
      name = "check",
      description = {
        "Print every value in force and where it comes from, and whether 'serve' would start.",
        "Changes nothing; a server may be running. Exit code 0 if it would, 1 if not."
      })
  int check(
      @Parameters(
              arity = "0..1",
              paramLabel = "CONFIG",
              description = "Configuration file; else as for 'serve'.")
          @Nullable Path file,
      @Option(
              names = "--changed",
              description = "Print only the values that differ from the default.")
          boolean changed,
      @Option(names = "--strict", description = "Exit with 1 if there is a warning, too.")
          boolean strict) {
    return new ConfigCheck(spec.commandLine().getOut(), spec.commandLine().getErr())
        .onlyChanged(changed)
        .strict(strict)
        .run(file, System.getenv());
  }
}
