package io.stowage.registry.server.cli;

import io.stowage.registry.config.Configuration;
import io.stowage.registry.config.StorageSettings;
import io.stowage.registry.server.CollectionTask;
import io.stowage.registry.server.control.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code registry garbage-collect}: distribution's command, also beside a running server. */
@Command(
    name = "garbage-collect",
    description = {
      "Delete blobs that no manifest names. A server that runs on the volume is asked to do it and"
          + " goes on serving.",
      "Exit code 0, or 1 if something failed or could not be decided."
    })
final class GarbageCollectCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @SuppressWarnings("unused") // picocli acts on it
  @Mixin
  private HelpOption help = new HelpOption();

  @Mixin private ConfigurationArgument configuration = new ConfigurationArgument();

  @Option(
      names = {"-d", "--dry-run"},
      arity = "0..1",
      fallbackValue = "true",
      description = "Do everything except delete.")
  private boolean dryRun;

  @Option(
      names = {"-m", "--delete-untagged"},
      arity = "0..1",
      fallbackValue = "true",
      description =
          "Delete manifests without a tag too, except those that a kept index names and the"
              + " signatures of what is kept.")
  private boolean untagged;

  @Option(
      names = {"-q", "--quiet"},
      arity = "0..1",
      fallbackValue = "true",
      description = "Print nothing on standard output.")
  private boolean quiet;

  GarbageCollectCommand() {}

  @Override
  public Integer call() throws IOException {
    Console console = new TerminalConsole(spec);
    Optional<Configuration> loaded = configuration.load(console);
    return loaded.isEmpty() ? 1 : collect(loaded.get().storage(), console);
  }

  private int collect(StorageSettings settings, Console console) throws IOException {
    Path root = settings.filesystem().rootDirectory();
    if (!Files.exists(root)) {
      return nothing(root, console);
    }
    CollectionTask.Wish wish = new CollectionTask.Wish(dryRun, untagged, quiet);
    return new VolumeTask(
            CollectionTask.NAME,
            wish.words(),
            // Whoever may push holds the volume; as we hold it, nobody is in the middle of a push.
            storage -> new CollectionTask(storage.garbageCollector(), Duration.ZERO),
            1)
        .run(settings, console);
  }

  /** A volume that isn't there is empty, and isn't made by looking for garbage. */
  private int nothing(Path root, Console console) throws IOException {
    console.err(
        root.toAbsolutePath() + ": there is no such folder, so there is nothing to collect");
    CollectionTask.tellOfNothing(console, quiet);
    return 0;
  }
}
