package io.stowage.registry.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The text of a configuration file, already read.
 *
 * @param name how messages call it, usually the path as the user typed it
 * @param path where it was read from; null for a text that never was on the disk
 */
public record ConfigurationFile(String name, String text, @Nullable Path path) {
  private static final String EMBEDDED = "default.yml";

  /** A text that never was on the disk. */
  public ConfigurationFile(String name, String text) {
    this(name, text, null);
  }

  /**
   * Reads a file.
   *
   * @throws IOException if it can't be read or is not UTF-8; the message names it
   */
  public static ConfigurationFile read(Path path) throws IOException {
    if (Files.isDirectory(path)) {
      throw new FileSystemException(path.toString(), null, "is a folder, not a file");
    }
    try {
      return new ConfigurationFile(path.toString(), Files.readString(path), path);
    } catch (CharacterCodingException e) {
      throw new FileSystemException(path.toString(), null, "is not text in UTF-8");
    }
  }

  /** What holds when the user names no file: port 5000, data in {@code ./data}, delete on. */
  public static ConfigurationFile embedded() {
    try (InputStream in = ConfigurationFile.class.getResourceAsStream(EMBEDDED)) {
      if (in == null) {
        throw new IllegalStateException("resource missing from the module: " + EMBEDDED);
      }
      return new ConfigurationFile(
          "built-in " + EMBEDDED, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
