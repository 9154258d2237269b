package io.stowage.registry.config;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Collects what is wrong and what is worth saying while one configuration is read. What is said
 * twice is kept once.
 */
final class Findings {
  private final Set<Problem> problems = new LinkedHashSet<>();
  private final Set<Notice> notices = new LinkedHashSet<>();

  void problem(Source source, String message) {
    problems.add(new Problem(source, message));
  }

  void warning(Source source, String message) {
    notices.add(new Notice(Notice.Level.WARNING, source, message));
  }

  void info(Source source, String message) {
    notices.add(new Notice(Notice.Level.INFO, source, message));
  }

  List<Notice> notices() {
    return List.copyOf(notices);
  }

  /** Ends the reading if anything is wrong by now. */
  void requireNoProblem() throws ConfigurationException {
    if (!problems.isEmpty()) {
      throw new ConfigurationException(List.copyOf(problems), List.copyOf(notices));
    }
  }
}
