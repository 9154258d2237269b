package io.stowage.registry.storage.filesystem;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The real disk. */
final class PosixDisk implements Disk {
  /** The file systems that were watched or flushed, by their devices. */
  private final Map<Object, SyncFs> fileSystems = new HashMap<>();

  /** Folders whose file systems are to be watched, and aren't yet. */
  private final Queue<Path> unwatched = new ConcurrentLinkedQueue<>();

  @Override
  public FileChannel create(Path file) throws IOException {
    beforeChange();
    return FileChannel.open(
        file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ);
  }

  @Override
  public FileChannel open(Path file) throws IOException {
    beforeChange();
    return FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.READ);
  }

  @Override
  public void write(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
    beforeChange();
    long position = at;
    while (bytes.hasRemaining()) {
      position += channel.write(bytes, position);
    }
  }

  @Override
  public void truncate(FileChannel channel, long length) throws IOException {
    beforeChange();
    channel.truncate(length);
  }

  @Override
  public void touch(Path file, FileTime time) throws IOException {
    beforeChange();
    Files.setLastModifiedTime(file, time);
  }

  @Override
  public void flushFile(FileChannel channel, Path file) throws IOException {
    channel.force(true);
  }

  @Override
  public void flushData(FileChannel channel, Path file) throws IOException {
    channel.force(false);
  }

  @Override
  public void watchFileSystem(Path folder) {
    unwatched.add(folder);
  }

  /**
   * Watches before the first change and not sooner, because the first system call by hand costs a
   * fifth of a start and 15 MiB, and what nobody writes can't fail to be written.
   */
  private void beforeChange() throws IOException {
    if (unwatched.isEmpty()) {
      return;
    }
    synchronized (unwatched) {
      for (Path folder = unwatched.peek(); folder != null; folder = unwatched.peek()) {
        if (SyncFs.isThere()) {
          fileSystem(folder);
        }
        unwatched.remove();
      }
    }
  }

  /** Where it proves nothing it still writes most of what is to be flushed, in one go. */
  @Override
  public boolean flushFileSystem(Path folder) throws IOException {
    if (!SyncFs.isThere()) {
      return false;
    }
    SyncFs fileSystem = fileSystem(folder);
    fileSystem.flush();
    return fileSystem.tellsOfFailures();
  }

  private SyncFs fileSystem(Path folder) throws IOException {
    Object device = Files.getAttribute(folder, "unix:dev");
    synchronized (fileSystems) {
      SyncFs known = fileSystems.get(device);
      if (known == null) {
        known = SyncFs.open(folder);
        fileSystems.put(device, known);
      }
      return known;
    }
  }

  @Override
  public void flushFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    beforeChange();
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public boolean createFolder(Path folder) throws IOException {
    beforeChange();
    try {
      Files.createDirectory(folder);
      return true;
    } catch (FileAlreadyExistsException e) {
      if (Files.isDirectory(folder)) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public void delete(Path path) throws IOException {
    beforeChange();
    Files.deleteIfExists(path);
  }

  @Override
  public void close() {
    synchronized (fileSystems) {
      fileSystems.values().forEach(SyncFs::close);
      fileSystems.clear();
    }
  }
}
