package io.stowage.registry.server.cli;

import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** Says in one sentence why the program can't go on. */
final class StartFailure {
  private StartFailure() {}

  static String describe(Throwable failure) {
    return switch (failure) {
      case NoSuchFileException e -> "open " + e.getFile() + ": no such file or directory";
      case AccessDeniedException e ->
          "open %s: permission denied (running as user %s)"
              .formatted(e.getFile(), System.getProperty("user.name"));
      default ->
          failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    };
  }
}
