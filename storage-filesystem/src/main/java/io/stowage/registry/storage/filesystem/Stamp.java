package io.stowage.registry.storage.filesystem;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * By what a changed file or folder is told from an unchanged one: two looks with the same stamp saw
 * the same, unless it changed again within one tick of the file system's clock.
 *
 * @param identity the inode, where there is such a thing
 */
record Stamp(FileTime modified, long size, @Nullable Object identity) {

  static Stamp of(BasicFileAttributes attributes) {
    return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
  }

  /** The attributes of a file, or empty if there is none (or a file where a folder should be). */
  static Optional<BasicFileAttributes> attributes(Path path) throws IOException {
    try {
      return Optional.ofNullable(
          path.getFileSystem()
              .provider()
              .readAttributesIfExists(path, BasicFileAttributes.class)); // no costly exception
    } catch (FileSystemException e) {
      if (Files.exists(path)) {
        throw e;
      }
      return Optional.empty();
    }
  }
}
