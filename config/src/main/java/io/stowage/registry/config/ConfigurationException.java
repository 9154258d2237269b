package io.stowage.registry.config;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration is refused. Carries every problem that was found, not only the first. */
public final class ConfigurationException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;
  private final transient List<Notice> notices;

  ConfigurationException(List<Problem> problems, List<Notice> notices) {
    super(problems.stream().map(Problem::text).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
    this.notices = List.copyOf(notices);
  }

  /** At least one. */
  public List<Problem> problems() {
    return problems;
  }

  /** What was noticed besides; often the reason for a problem. */
  public List<Notice> notices() {
    return notices;
  }
}
