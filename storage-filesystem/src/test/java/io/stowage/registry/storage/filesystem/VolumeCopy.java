package io.stowage.registry.storage.filesystem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;

/** Copies of volumes, or of parts of them, as a machine that dies leaves them. */
final class VolumeCopy {
  private VolumeCopy() {}

  /** Puts all files of a folder into another one, with their times. */
  static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Path target = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else if (!isOnItsWay(path)) {
          Files.copy(
              path,
              target,
              StandardCopyOption.COPY_ATTRIBUTES,
              StandardCopyOption.REPLACE_EXISTING);
        }
      }
    }
  }

  /** The log's housekeeping makes and renames such files beside a test. */
  private static boolean isOnItsWay(Path path) {
    return Layout.nameOf(path).endsWith(Layout.TEMPORARY_SUFFIX);
  }
}
