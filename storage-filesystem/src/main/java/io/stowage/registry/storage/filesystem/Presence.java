package io.stowage.registry.storage.filesystem;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Whether something is there, for whoever destroys what nothing names: a folder that may not be
 * searched and a disk that fails are neither yes nor no, and end the question with an exception.
 */
final class Presence {
  private Presence() {}

  /** Whether there is anything at this path. */
  static boolean of(Path path) throws IOException {
    try {
      Files.readAttributes(path, BasicFileAttributes.class);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (FileSystemException e) {
      if (isBelowFile(path)) {
        return false;
      }
      throw e;
    }
  }

  /** Whether there is a folder at this path. */
  static boolean ofFolder(Path path) throws IOException {
    return of(path) && Files.isDirectory(path);
  }

  /** Whether a file stands where a folder of this path should be, so that nothing can be there. */
  static boolean isBelowFile(Path path) {
    for (Path above = path.getParent(); above != null; above = above.getParent()) {
      if (Files.isRegularFile(above)) {
        return true;
      }
    }
    return false;
  }
}
