package io.stowage.registry.server.control;

import java.io.IOException;
import java.util.List;

/** Something that a running server does on demand, with answers as a command gives them. */
@FunctionalInterface
public interface Task {
  /**
   * Does it, one at a time with all other tasks of the server.
   *
   * @param words what exactly, in words without spaces
   * @return the exit code of the command that asked
   * @throws IOException what the console throws, so that the task ends with its caller; what else
   *     goes wrong is told to the console and in the exit code
   */
  int run(List<String> words, Console console) throws IOException;
}
