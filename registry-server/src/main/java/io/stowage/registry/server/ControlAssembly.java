package io.stowage.registry.server;

import io.stowage.registry.config.Configuration;
import io.stowage.registry.config.StorageSettings;
import io.stowage.registry.server.control.ControlSocket;
import io.stowage.registry.server.control.Task;
import io.stowage.registry.storage.filesystem.FileStorage;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What commands may ask of a running server. It hears them as long as it owns its volume, which it
 * may take over while it runs.
 */
final class ControlAssembly implements LivePart, Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlAssembly.class);

  private final FileStorage storage;
  private @Nullable ControlSocket socket;

  private ControlAssembly(FileStorage storage) {
    this.storage = storage;
  }

  /** Begins to listen, if the storage is owned and a socket can be made. */
  static ControlAssembly start(Configuration configuration, FileStorage storage) {
    ControlAssembly assembly = new ControlAssembly(storage);
    assembly.take(configuration);
    return assembly;
  }

  @Override
  public List<String> keys() {
    return List.of(READ_ONLY);
  }

  @Override
  public synchronized void take(Configuration next) {
    if (socket == null && !storage.isReadOnly()) {
      socket = listen(next.storage());
    }
  }

  private @Nullable ControlSocket listen(StorageSettings settings) {
    Map<String, Task> tasks =
        Map.of(
            CollectionTask.NAME,
            new CollectionTask(storage.garbageCollector(), settings.collectionGrace()),
            CheckTask.NAME,
            new CheckTask(storage, settings));
    try {
      Path root = settings.filesystem().rootDirectory().toAbsolutePath().normalize();
      return ControlSocket.start(FileStorage.ownFolder(root), tasks);
    } catch (IOException e) {
      LOG.warn(
          "garbage-collect and check --repair can't reach this server, and will refuse to run: {}",
          e.getMessage());
      return null;
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (socket != null) {
      socket.close();
    }
  }
}
