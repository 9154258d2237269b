package io.stowage.registry.storage.filesystem;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one request, in the order in which a reader sees them. They are gathered; {@link
 * #durable} makes all of them or none, whether the process dies or the power fails. A commit that
 * is closed before that changes nothing, but for content that no link leads to. For one thread,
 * which holds the locks that keep others away from these paths.
 *
 * <pre>
 *   stage*  --> publish, adopt, remove, keep --> durable --> close
 *                              \--- any failure ---> close: taken back
 * </pre>
 */
interface Commit extends Closeable {
  /** A file or folder, complete under a temporary name. */
  record Staged(Path path) {}

  /** Writes a small file under a temporary name. */
  Staged stage(byte[] content, @Nullable FileTime modified) throws IOException;

  /** Writes a folder of small files, by their path in it, under a temporary name. */
  Staged stageFolder(Map<String, byte[]> files) throws IOException;

  /** Gives what was staged its final name, making folders on the way. A file may be replaced. */
  void publish(Staged staged, Path target) throws IOException;

  /** Writes a small file in one go. */
  default void write(Path target, byte[] content) throws IOException {
    publish(stage(content, null), target);
  }

  /**
   * Moves a finished file to its final name. A file of that name is replaced, for good. If the file
   * can't be flushed it is deleted: its bytes are not to be trusted.
   *
   * @param channel through which the file was written
   */
  void adopt(FileChannel channel, Path file, Path target) throws IOException;

  /** Relies on a file that is there already: it shall be as durable as what this commit wrote. */
  void keep(Path file) throws IOException;

  /**
   * The same for whoever has just read the file.
   *
   * @param content what it holds
   */
  void keep(Path file, byte[] content) throws IOException;

  /** Makes a folder, and those above it. */
  void makeFolder(Path folder) throws IOException;

  /** Takes away a file, or a folder with all that is in it, in one step. */
  void remove(Path path);

  /** Moves a file or folder to a place where nobody reads, in one step. */
  void setAside(Path path, Path place) throws IOException;

  /**
   * Returns when everything is made and durable. From now on nothing is taken back.
   *
   * @throws IOException if it isn't; {@link #close} puts the state from before back
   */
  void durable() throws IOException;

  /**
   * Lets go; without {@link #durable} the state from before is put back.
   *
   * @throws IOException if that failed: the disk holds a mixture until it is settled
   */
  @Override
  void close() throws IOException;
}
