package io.stowage.registry.server.cli;

import io.stowage.registry.config.Configuration;
import io.stowage.registry.config.StorageSettings;
import io.stowage.registry.server.CheckTask;
import io.stowage.registry.server.control.Console;
import io.stowage.registry.server.manifest.ManifestParser;
import io.stowage.registry.storage.filesystem.FileStorage;
import io.stowage.registry.storage.filesystem.FileStorageOptions;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code registry check}: what is broken on a volume. */
@Command(
    name = "check",
    description = {
      "Walk the volume and print a line for each thing that is broken, left over or odd. Only reads,"
          + " so a server may run.",
      "Exit code 0 if nothing is broken, 1 if something is, 2 if that could not be found out."
    },
    exitCodeOnExecutionException = CheckTask.UNCHECKED)
final class CheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @SuppressWarnings("unused") // picocli acts on it
  @Mixin
  private HelpOption help = new HelpOption();

  @Mixin private ConfigurationArgument configuration = new ConfigurationArgument();

  @Option(
      names = "--repair",
      description =
          "Mend what can be mended without losing anything; a server that runs on the volume is"
              + " asked to do it.")
  private boolean repair;

  @Option(
      names = "--quick",
      description = "Don't read the bytes of blobs; only see that there are any.")
  private boolean quick;

  CheckCommand() {}

  @Override
  public Integer call() throws IOException {
    Console console = new TerminalConsole(spec);
    Optional<Configuration> loaded = configuration.load(console);
    if (loaded.isEmpty()) {
      return CheckTask.UNCHECKED;
    }
    StorageSettings settings = loaded.get().storage();
    return repair ? repair(settings, console) : check(settings, console);
  }

  private int check(StorageSettings settings, Console console) throws IOException {
    FileStorageOptions options =
        FileStorageOptions.of(settings.filesystem().rootDirectory()).withReadOnly(true);
    try (FileStorage storage = FileStorage.open(options, new ManifestParser())) {
      return new CheckTask(storage, settings).run(wish().words(), console);
    }
  }

  private int repair(StorageSettings settings, Console console) throws IOException {
    return new VolumeTask(
            CheckTask.NAME,
            wish().words(),
            storage -> new CheckTask(storage, settings),
            CheckTask.UNCHECKED)
        .run(settings, console);
  }

  private CheckTask.Wish wish() {
    return new CheckTask.Wish(repair, quick);
  }
}
