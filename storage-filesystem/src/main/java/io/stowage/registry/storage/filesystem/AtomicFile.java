package io.stowage.registry.storage.filesystem;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a file comes to its final name: written in full under a temporary one, then renamed. A final
 * name is never opened for writing. This class makes the steps; {@link Commit} strings them
 * together and makes them durable.
 */
final class AtomicFile {
  private static final int COPY_BUFFER_BYTES = 1 << 20;

  private final Layout layout;
  private final Disk disk;

  AtomicFile(Layout layout, Disk disk) {
    this.layout = layout;
    this.disk = disk;
  }

  /** Writes a temporary file. Nothing is left of it on failure. */
  Path stage(byte[] content, @Nullable FileTime modified) throws IOException {
    Path temporary = layout.newTemporary();
    try {
      write(temporary, content, modified);
    } catch (NoSuchFileException e) {
      makeFolders(layout.temporaries()); // somebody tidied it away
      write(temporary, content, modified);
    }
    return temporary;
  }

  /**
   * Writes a temporary folder with these files, by their path in it. Nothing is left of it on
   * failure.
   */
  Path stageFolder(Map<String, byte[]> files) throws IOException {
    Path temporary = layout.newTemporary();
    makeFolders(layout.temporaries());
    try {
      disk.createFolder(temporary);
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        Path target = temporary.resolve(file.getKey());
        makeFolders(Layout.folderOf(target));
        write(target, file.getValue(), null);
      }
      return temporary;
    } catch (IOException e) {
      throw cleaned(temporary, e);
    }
  }

  /** Flushes a file that somebody has written. */
  void flush(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      disk.flushFile(channel, file);
    }
  }

  /** Gives a staged file or folder its final name. */
  void publish(Path staged, Path target) throws IOException {
    try {
      disk.move(staged, target);
    } catch (AtomicMoveNotSupportedException e) {
      moveAcross(staged, target);
    }
  }

  /** Removes a file or a folder with all that is in it; symbolic links are not followed. */
  void deleteTree(Path path) throws IOException {
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
        for (Path entry : entries) {
          deleteTree(entry);
        }
      } catch (NoSuchFileException | NotDirectoryException e) {
        return; // somebody else removed it
      }
    }
    disk.delete(path);
  }

  private void write(Path file, byte[] content, @Nullable FileTime modified) throws IOException {
    try (FileChannel channel = disk.create(file)) {
      disk.write(channel, ByteBuffer.wrap(content), 0);
      if (modified != null) {
        disk.touch(file, modified);
      }
    } catch (NoSuchFileException e) {
      throw e;
    } catch (IOException e) {
      throw cleaned(file, e);
    }
  }

  /** An administrator may have put parts of the tree on another file system by symbolic links. */
  private void moveAcross(Path staged, Path target) throws IOException {
    if (Files.isDirectory(staged)) {
      copyFolder(staged, target);
    } else {
      Path beside = Layout.temporaryBeside(target);
      try {
        copyFile(staged, beside);
        disk.move(beside, target);
      } catch (IOException e) {
        throw cleaned(beside, e);
      }
    }
    deleteTree(staged);
  }

  /** Not one step, unlike a rename: a reader may see the folder before all of its files. */
  private void copyFolder(Path from, Path to) throws IOException {
    disk.createFolder(to);
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(from)) {
      for (Path entry : entries) {
        Path target = to.resolve(Layout.nameOf(entry));
        if (Files.isDirectory(entry)) {
          copyFolder(entry, target);
        } else {
          moveAcross(entry, target);
        }
      }
    }
    disk.flushFolder(to);
  }

  private void copyFile(Path from, Path to) throws IOException {
    try (FileChannel source = FileChannel.open(from, StandardOpenOption.READ);
        FileChannel sink = disk.create(to)) {
      ByteBuffer buffer = ByteBuffer.allocate(COPY_BUFFER_BYTES);
      long at = 0;
      while (source.read(buffer) >= 0) {
        buffer.flip();
        int length = buffer.remaining();
        disk.write(sink, buffer, at);
        at += length;
        buffer.clear();
      }
      disk.touch(to, Files.getLastModifiedTime(from));
      disk.flushFile(sink, to);
    }
  }

  /** Makes a folder and those above it, for what need not survive a power cut. */
  void makeFolders(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      makeFolders(Layout.folderOf(folder));
      disk.createFolder(folder);
    }
  }

  private IOException cleaned(Path temporary, IOException cause) {
    try {
      deleteTree(temporary);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
    return cause;
  }
}
