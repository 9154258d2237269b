package io.stowage.registry.auth.htpasswd;

import java.util.List;

/**
 * An htpasswd file that can't be used, or a line that can't be made. Says nothing of hashes and
 * passwords.
 */
public final class HtpasswdException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  HtpasswdException(List<String> problems) {
    super(String.join("\n", problems));
    this.problems = List.copyOf(problems);
  }

  HtpasswdException(String problem) {
    this(List.of(problem));
  }

  /** At least one; each names what is wrong and, where there is one, the remedy. */
  public List<String> problems() {
    return problems;
  }
}
