package io.stowage.registry.storage.filesystem;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;

/**
 * Everything that changes the volume, one method for each kind of system call. It exists so that
 * tests can watch the order of calls, and fail or stop at each one of them. Reading needs no seam.
 */
interface Disk extends Closeable {
  /** Makes a new file and opens it for writing and reading. It must not exist. */
  FileChannel create(Path file) throws IOException;

  /** Opens an existing file for writing and reading. */
  FileChannel open(Path file) throws IOException;

  /** Writes all remaining bytes at this place of the file. */
  void write(FileChannel channel, ByteBuffer bytes, long at) throws IOException;

  /** Cuts the file to this length. */
  void truncate(FileChannel channel, long length) throws IOException;

  /** Sets the time of last change. */
  void touch(Path file, FileTime time) throws IOException;

  /** Flushes the bytes and attributes of an open file. */
  void flushFile(FileChannel channel, Path file) throws IOException;

  /** Flushes the bytes of an open file whose length has not changed. */
  void flushData(FileChannel channel, Path file) throws IOException;

  /**
   * From now on, what can't be written to the file system of this folder makes the next flush of it
   * fail, even if another process was told of it before. Without this that is so from the first
   * flush on.
   */
  default void watchFileSystem(Path folder) throws IOException {}

  /**
   * Flushes all of the file system that a folder is on.
   *
   * @return false if this system can't, or doesn't tell of all that failed: then each file and
   *     folder has to be flushed
   */
  boolean flushFileSystem(Path folder) throws IOException;

  /** Flushes the entries of a folder. */
  void flushFolder(Path folder) throws IOException;

  /**
   * Renames a file or folder in one step; an existing file is replaced.
   *
   * @throws java.nio.file.AtomicMoveNotSupportedException if the two are on different file systems
   */
  void move(Path from, Path to) throws IOException;

  /**
   * Makes a folder whose parent exists.
   *
   * @return false if it was there already
   */
  boolean createFolder(Path folder) throws IOException;

  /** Removes a file or an empty folder, if it is there. */
  void delete(Path path) throws IOException;

  /** Lets go of what is kept open; by default that is nothing. */
  @Override
  default void close() throws IOException {}
}
