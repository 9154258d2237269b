package io.stowage.registry.auth.htpasswd;

import java.util.List;

/** An htpasswd file with lines that can't be used. Says nothing of what stands in them. */
public final class HtpasswdException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  HtpasswdException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  /** At least one; each names file, line and remedy. */
  public List<String> problems() {
    return problems;
  }
}
