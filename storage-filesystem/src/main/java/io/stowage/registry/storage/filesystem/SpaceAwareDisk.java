package io.stowage.registry.storage.filesystem;

import io.stowage.registry.storage.StorageFaultException;
import io.stowage.registry.storage.StorageFaultException.Fault;
import io.stowage.registry.storage.StorageFullException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;

/**
 * A disk that says so when it is full (no blocks, no inodes, or no quota left), and what else ails
 * it if that has a name.
 */
final class SpaceAwareDisk implements Disk {
  private final Disk disk;

  SpaceAwareDisk(Disk disk) {
    this.disk = disk;
  }

  @Override
  public FileChannel create(Path file) throws IOException {
    return answering(() -> disk.create(file));
  }

  @Override
  public FileChannel open(Path file) throws IOException {
    return answering(() -> disk.open(file));
  }

  @Override
  public void write(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
    naming(() -> disk.write(channel, bytes, at));
  }

  @Override
  public void truncate(FileChannel channel, long length) throws IOException {
    naming(() -> disk.truncate(channel, length));
  }

  @Override
  public void touch(Path file, FileTime time) throws IOException {
    naming(() -> disk.touch(file, time));
  }

  @Override
  public void flushFile(FileChannel channel, Path file) throws IOException {
    naming(() -> disk.flushFile(channel, file));
  }

  @Override
  public void flushData(FileChannel channel, Path file) throws IOException {
    naming(() -> disk.flushData(channel, file));
  }

  @Override
  public void watchFileSystem(Path folder) throws IOException {
    disk.watchFileSystem(folder);
  }

  @Override
  public boolean flushFileSystem(Path folder) throws IOException {
    return answering(() -> disk.flushFileSystem(folder));
  }

  @Override
  public void flushFolder(Path folder) throws IOException {
    naming(() -> disk.flushFolder(folder));
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    naming(() -> disk.move(from, to));
  }

  @Override
  public boolean createFolder(Path folder) throws IOException {
    return answering(() -> disk.createFolder(folder));
  }

  @Override
  public void delete(Path path) throws IOException {
    naming(() -> disk.delete(path));
  }

  @Override
  public void close() throws IOException {
    disk.close();
  }

  private interface Action {
    void run() throws IOException;
  }

  private interface Question<T> {
    T ask() throws IOException;
  }

  private static void naming(Action action) throws IOException {
    answering(
        () -> {
          action.run();
          return true;
        });
  }

  private static <T> T answering(Question<T> question) throws IOException {
    try {
      return question.ask();
    } catch (IOException e) {
      throw named(e);
    }
  }

  /** The JDK has no type for a full disk, only the system's text. */
  private static IOException named(IOException e) {
    String text =
        e instanceof FileSystemException named && named.getReason() != null
            ? named.getReason()
            : String.valueOf(e.getMessage());
    if (text.contains("No space left on device") || text.contains("Disk quota exceeded")) {
      return new StorageFullException(text, e);
    }
    Optional<Fault> fault = Fault.of(e);
    return fault.isPresent() ? new StorageFaultException(fault.get(), text, e) : e;
  }
}
