package io.stowage.registry.notifications;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Folders whose entries survive a power cut. */
final class Folders {
  private Folders() {}

  /** Makes the folder and those above it, as far as they are missing. */
  static void make(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      Path above = of(folder.toAbsolutePath());
      make(above);
      Files.createDirectory(folder);
      flush(above);
    }
  }

  /** Makes durable which entries the folder has. */
  static void flush(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** The folder in which a file stands. */
  static Path of(Path file) {
    Path folder = file.getParent();
    if (folder == null) {
      throw new IllegalArgumentException("file: " + file + " (expected: one in a folder)");
    }
    return folder;
  }
}
