package io.stowage.registry.storage.filesystem;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/** A disk that nothing is written to: the last line behind a server's read-only mode. */
final class ReadOnlyDisk implements Disk {
  @Override
  public FileChannel create(Path file) throws IOException {
    throw refused();
  }

  @Override
  public FileChannel open(Path file) throws IOException {
    throw refused();
  }

  @Override
  public void write(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
    throw refused();
  }

  @Override
  public void truncate(FileChannel channel, long length) throws IOException {
    throw refused();
  }

  @Override
  public void touch(Path file, FileTime time) throws IOException {
    throw refused();
  }

  @Override
  public void flushFile(FileChannel channel, Path file) throws IOException {
    throw refused();
  }

  @Override
  public void flushFolder(Path folder) throws IOException {
    throw refused();
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    throw refused();
  }

  @Override
  public boolean createFolder(Path folder) throws IOException {
    throw refused();
  }

  @Override
  public void delete(Path path) throws IOException {
    throw refused();
  }

  private static IOException refused() {
    return new IOException("the storage is open for reading only");
  }
}
