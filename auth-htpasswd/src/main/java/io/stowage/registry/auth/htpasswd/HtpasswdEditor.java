package io.stowage.registry.auth.htpasswd;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Changes single users of an htpasswd file, through symbolic links. All other lines, their order,
 * their ends and comments stay as they are, as do the file's mode and owner. A reader sees the file
 * before or after a change, and of changes at the same time none is lost: processes exclude each
 * other, and in one process the threads that share an editor.
 */
public final class HtpasswdEditor {
  private final Path file;

  /** What {@link #put} did. */
  public enum Change {
    /** Made the file, for its owner only, with the user in it. */
    CREATED_FILE,
    ADDED,
    REPLACED
  }

  public HtpasswdEditor(Path file) {
    this.file = file;
  }

  /** Gives a user this hash, a new or a known one. Durable when this returns. */
  public synchronized Change put(HtpasswdLine line) throws IOException {
    boolean missing = Files.notExists(file);
    try (LockedFile locked = LockedFile.openOrCreate(file)) {
      RawLines lines = RawLines.of(locked.content());
      locked.replace(lines.with(line).bytes());
      if (missing) {
        return Change.CREATED_FILE;
      }
      return lines.has(line.user()) ? Change.REPLACED : Change.ADDED;
    }
  }

  /**
   * Takes a user out, with all of the user's lines.
   *
   * @return false if there is none
   * @throws NoSuchFileException if there is no file
   */
  public synchronized boolean remove(String user) throws IOException {
    try (LockedFile locked = LockedFile.open(file)) {
      RawLines lines = RawLines.of(locked.content());
      boolean found = lines.has(user);
      if (found) {
        locked.replace(lines.without(user).bytes());
      }
      return found;
    }
  }
}
