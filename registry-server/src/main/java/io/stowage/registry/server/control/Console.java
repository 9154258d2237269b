package io.stowage.registry.server.control;

import java.io.IOException;

/**
 * Where the lines of a task go: the terminal of whoever asked for it, near or far. Used by the
 * thread of the task alone.
 */
public interface Console {
  /** A line of the answer. */
  void out(String line) throws IOException;

  /** A line that the answer must not be mixed with: what went wrong. */
  void err(String line) throws IOException;

  /** A line for the application log of the process that asked. */
  void log(String line) throws IOException;

  /**
   * Called often while there is nothing to say.
   *
   * @throws CallerGoneException if the task should end here, as nobody waits for the rest
   */
  void proceed() throws IOException;
}
