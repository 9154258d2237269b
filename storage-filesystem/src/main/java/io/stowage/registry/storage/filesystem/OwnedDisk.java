package io.stowage.registry.storage.filesystem;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.function.BooleanSupplier;

/**
 * A disk that is written to only while this server owns the volume: the last line behind a server's
 * read-only mode.
 */
final class OwnedDisk implements Disk {
  private final Disk disk;
  private final BooleanSupplier isOwned;

  OwnedDisk(Disk disk, BooleanSupplier isOwned) {
    this.disk = disk;
    this.isOwned = isOwned;
  }

  @Override
  public FileChannel create(Path file) throws IOException {
    return owned().create(file);
  }

  @Override
  public FileChannel open(Path file) throws IOException {
    return owned().open(file);
  }

  @Override
  public void write(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
    owned().write(channel, bytes, at);
  }

  @Override
  public void truncate(FileChannel channel, long length) throws IOException {
    owned().truncate(channel, length);
  }

  @Override
  public void touch(Path file, FileTime time) throws IOException {
    owned().touch(file, time);
  }

  @Override
  public void flushFile(FileChannel channel, Path file) throws IOException {
    owned().flushFile(channel, file);
  }

  @Override
  public void flushData(FileChannel channel, Path file) throws IOException {
    owned().flushData(channel, file);
  }

  @Override
  public void watchFileSystem(Path folder) throws IOException {
    owned().watchFileSystem(folder);
  }

  @Override
  public boolean flushFileSystem(Path folder) throws IOException {
    return owned().flushFileSystem(folder);
  }

  @Override
  public void flushFolder(Path folder) throws IOException {
    owned().flushFolder(folder);
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    owned().move(from, to);
  }

  @Override
  public boolean createFolder(Path folder) throws IOException {
    return owned().createFolder(folder);
  }

  @Override
  public void delete(Path path) throws IOException {
    owned().delete(path);
  }

  @Override
  public void close() throws IOException {
    disk.close();
  }

  private Disk owned() throws IOException {
    if (!isOwned.getAsBoolean()) {
      throw new IOException("the storage is open for reading only");
    }
    return disk;
  }
}
