package io.stowage.registry.server.cli;

import io.stowage.registry.config.ConfigurationException;
import io.stowage.registry.config.Problem;
import io.stowage.registry.server.ops.FailureText;
import java.io.IOException;
import java.io.PrintWriter;

/**
 * Says why a configuration is refused, in distribution's form: scripts look for its first words.
 */
final class ConfigurationErrors {
  private static final String HEAD = "configuration error: ";

  private final PrintWriter err;

  ConfigurationErrors(PrintWriter err) {
    this.err = err;
  }

  /** The file can't be read. */
  void print(IOException unreadable) {
    err.println(HEAD + FailureText.of(unreadable));
    hint();
  }

  /** Everything that is wrong with what stands in it. */
  void print(ConfigurationException refusal) {
    refusal.problems().forEach(this::print);
    hint();
  }

  /** One problem; a message of several lines is one of each. */
  void print(Problem problem) {
    problem.text().lines().forEach(line -> err.println(HEAD + line));
  }

  private void hint() {
    err.println("Run 'registry serve --help' for usage.");
    err.flush();
  }
}
