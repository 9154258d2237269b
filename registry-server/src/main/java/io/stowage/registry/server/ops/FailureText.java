package io.stowage.registry.server.ops;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Failures in one sentence for operators; those of files alone would only name the file. */
public final class FailureText {
  private FailureText() {}

  public static String of(Throwable failure) {
    return switch (failure) {
      case NoSuchFileException e -> "open " + e.getFile() + ": no such file or directory";
      case FileAlreadyExistsException e -> e.getFile() + ": is a file, not a folder";
      case AccessDeniedException e ->
          "%s: permission denied to user id %s".formatted(e.getFile(), userId());
      default ->
          failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    };
  }

  /** The number, as in a container it often has no name. */
  private static String userId() {
    try {
      return Files.getAttribute(Path.of("/proc/self"), "unix:uid").toString();
    } catch (IOException | UnsupportedOperationException e) {
      return System.getProperty("user.name");
    }
  }
}
