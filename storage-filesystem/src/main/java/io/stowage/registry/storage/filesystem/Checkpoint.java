package io.stowage.registry.storage.filesystem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes durable what many commits did to the tree: by flushing each file system on which they did
 * it, or, where that can't be done, each file and folder.
 */
final class Checkpoint {
  private static final Logger LOG = LoggerFactory.getLogger(Checkpoint.class);

  private final Layout layout;
  private final Disk disk;
  private final AtomicFile files;

  Checkpoint(Layout layout, Disk disk, AtomicFile files) {
    this.layout = layout;
    this.disk = disk;
    this.files = files;
  }

  /** Flushes these files and folders, or that they are gone. */
  void flush(Collection<Path> touched) throws IOException {
    Set<Path> folders = new LinkedHashSet<>();
    for (Path path : touched) {
      Path folder = Layout.folderOf(path);
      while (!folder.equals(layout.root()) && folders.add(folder)) {
        folder = Layout.folderOf(folder);
      }
    }
    folders.add(layout.root());
    if (!flushFileSystems(folders)) {
      flushEach(touched, folders);
    }
  }

  private boolean flushFileSystems(Set<Path> folders) throws IOException {
    Map<Object, Path> devices = new HashMap<>();
    for (Path folder : folders) {
      try {
        devices.putIfAbsent(Files.getAttribute(folder, "unix:dev"), folder);
      } catch (UnsupportedOperationException e) {
        return false;
      } catch (NoSuchFileException e) {
        LOG.debug("removed since: {}", folder);
      }
    }
    for (Path folder : devices.values()) {
      if (!disk.flushFileSystem(folder)) {
        return false;
      }
    }
    return true;
  }

  private void flushEach(Collection<Path> touched, Set<Path> folders) throws IOException {
    for (Path file : touched) {
      if (Files.isRegularFile(file)) {
        unlessGone(file, () -> files.flush(file));
      }
    }
    for (Path folder : folders) {
      unlessGone(folder, () -> disk.flushFolder(folder));
    }
  }

  private interface Flush {
    void run() throws IOException;
  }

  private static void unlessGone(Path path, Flush flush) throws IOException {
    try {
      flush.run();
    } catch (NoSuchFileException e) {
      LOG.debug("removed since: {}", path);
    }
  }
}
