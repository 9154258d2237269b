package io.stowage.registry.config;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The files that values name. Remembers which were read while one configuration is loaded. */
final class NamedFiles {
  private final TextFiles files;
  private final Findings findings;
  private final Set<Path> read = new LinkedHashSet<>();

  NamedFiles(TextFiles files, Findings findings) {
    this.files = files;
    this.findings = findings;
  }

  /** The text of a file, or empty and a problem at whoever names it. */
  Optional<String> text(String path, Source namedBy) {
    try {
      String text = files.read(path);
      read.add(Path.of(path));
      return Optional.of(text);
    } catch (IOException e) {
      findings.problem(namedBy, "cannot read " + path + ": " + reason(e));
    } catch (InvalidPathException e) {
      findings.problem(namedBy, "cannot read a file by this name: " + e.getReason());
    }
    return Optional.empty();
  }

  private static String reason(IOException e) {
    return e.getClass().getSimpleName().replace("Exception", "") + " (" + e.getMessage() + ")";
  }

  /** What was read so far, in that order. */
  List<Path> read() {
    return List.copyOf(read);
  }
}
