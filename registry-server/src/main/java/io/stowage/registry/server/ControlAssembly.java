package io.stowage.registry.server;

import io.stowage.registry.config.StorageSettings;
import io.stowage.registry.server.control.ControlSocket;
import io.stowage.registry.server.control.Task;
import io.stowage.registry.storage.filesystem.FileStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What commands may ask of a running server: for those that run beside the owner of a volume. */
final class ControlAssembly {
  private static final Logger LOG = LoggerFactory.getLogger(ControlAssembly.class);

  private ControlAssembly() {}

  /** The socket, started; none for a server that doesn't own its volume, or where none can be. */
  static Optional<ControlSocket> start(FileStorage storage, StorageSettings settings) {
    if (storage.isReadOnly()) {
      return Optional.empty();
    }
    Map<String, Task> tasks =
        Map.of(
            CollectionTask.NAME,
            new CollectionTask(storage.garbageCollector(), settings.collectionGrace()),
            CheckTask.NAME,
            new CheckTask(storage, settings));
    try {
      Path root = settings.filesystem().rootDirectory().toAbsolutePath().normalize();
      return Optional.of(ControlSocket.start(FileStorage.ownFolder(root), tasks));
    } catch (IOException e) {
      LOG.warn(
          "garbage-collect and check --repair can't reach this server, and will refuse to run: {}",
          e.getMessage());
      return Optional.empty();
    }
  }
}
