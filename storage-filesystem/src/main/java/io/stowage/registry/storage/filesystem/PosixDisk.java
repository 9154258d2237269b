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

/** The real disk. */
final class PosixDisk implements Disk {
  @Override
  public FileChannel create(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.READ);
  }

  @Override
  public FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.READ);
  }

  @Override
  public void write(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
    long position = at;
    while (bytes.hasRemaining()) {
      position += channel.write(bytes, position);
    }
  }

  @Override
  public void truncate(FileChannel channel, long length) throws IOException {
    channel.truncate(length);
  }

  @Override
  public void touch(Path file, FileTime time) throws IOException {
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
  public boolean flushFileSystem(Path folder) throws IOException {
    return SyncFs.isThere() && SyncFs.flush(folder);
  }

  @Override
  public void flushFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public boolean createFolder(Path folder) throws IOException {
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
    Files.deleteIfExists(path);
  }
}
