package io.stowage.registry.server.cli;

import io.stowage.registry.config.StorageSettings;
import io.stowage.registry.server.control.Console;
import io.stowage.registry.server.control.ControlClient;
import io.stowage.registry.server.control.Task;
import io.stowage.registry.server.manifest.ManifestParser;
import io.stowage.registry.storage.filesystem.FileStorage;
import io.stowage.registry.storage.filesystem.FileStorageOptions;
import io.stowage.registry.storage.filesystem.StorageOwnedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A task on a volume, done where its owner is: in this process if there is none, which is the owner
 * then, else by the server that is. The tree is never changed behind a server's back.
 *
 * @param name of the task on the control socket
 * @param here makes the same task for a storage that this process owns
 * @param failure the exit code if nobody can do it
 */
record VolumeTask(String name, List<String> words, Function<FileStorage, Task> here, int failure) {

  int run(StorageSettings settings, Console console) throws IOException {
    Path root = settings.filesystem().rootDirectory();
    FileStorage storage;
    try {
      storage =
          FileStorage.open(
              FileStorageOptions.of(root).withOwnerPatience(Duration.ZERO), new ManifestParser());
    } catch (StorageOwnedException owned) {
      return ask(root, owned, console);
    }
    try (storage) {
      return here.apply(storage).run(words, console);
    }
  }

  private int ask(Path root, StorageOwnedException owned, Console console) throws IOException {
    ControlClient client;
    try {
      client = ControlClient.connect(FileStorage.ownFolder(root.toAbsolutePath().normalize()));
    } catch (IOException e) {
      console.err(
          "Error: %s; it can't be asked to do this either: %s. Run the command where the server runs and as its user, or stop the server"
              .formatted(owned.getMessage(), e.getMessage()));
      return failure;
    }
    try (client) {
      List<String> request = new ArrayList<>();
      request.add(name);
      request.addAll(words);
      return client.ask(request, console);
    }
  }
}
