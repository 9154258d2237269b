package io.stowage.registry.storage.filesystem;

import io.stowage.registry.storage.StorageFaultException.Fault;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether this server may write to the volume. It begins as a reader, may become the owner at any
 * time, and stays that until it is closed. Safe for use by many threads.
 */
final class Ownership implements Closeable {
  private final Path root;
  private final Layout layout;
  private final Disk disk;
  private final AtomicFile files;
  private volatile @Nullable OwnerLock lock;

  /**
   * @param disk on which the folders are made that the lock needs, before it is there
   */
  Ownership(Path root, Layout layout, Disk disk) {
    this.root = root;
    this.layout = layout;
    this.disk = disk;
    this.files = new AtomicFile(layout, disk);
  }

  boolean isHeld() {
    return lock != null;
  }

  /**
   * Becomes the owner, if it isn't.
   *
   * @param patience how long to wait for another owner to let go
   * @throws StorageOwnedException if it doesn't in time
   * @throws IOException if the volume can't be written
   */
  synchronized void take(Duration patience) throws IOException {
    if (lock == null) {
      makeRoot();
      files.makeFolders(layout.own());
      files.makeFolders(layout.temporaries());
      lock = OwnerLock.take(layout.ownerLock(), patience);
    }
  }

  /** All that is made durable lies in it, so it has to be that first. */
  private void makeRoot() throws IOException {
    List<Path> made = new ArrayList<>();
    for (Path missing = root; !Files.isDirectory(missing); missing = Layout.folderOf(missing)) {
      made.add(missing);
    }
    Files.createDirectories(root);
    for (Path folder : made) {
      disk.flushFolder(Layout.folderOf(folder));
    }
  }

  /** Whether the system has mounted the volume for reading only, by what it said to a change. */
  static boolean isMountedReadOnly(IOException failure) {
    return Fault.of(failure).filter(Fault.READ_ONLY::equals).isPresent();
  }

  @Override
  public synchronized void close() throws IOException {
    OwnerLock held = lock;
    if (held != null) {
      lock = null;
      held.close();
    }
  }
}
