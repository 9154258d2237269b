package io.stowage.registry.e2e.dropin;

import io.stowage.registry.e2e.RegistryProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** One of the three servers, each of which takes the same configuration and the same volume. */
enum Edition {
  V2("registry:2", "STOWAGE_PEER_V2", Edition.BY_SIGNAL),
  V3("registry:3", "STOWAGE_PEER_V3", Edition.BY_SIGNAL),
  OURS("ours", "STOWAGE_REGISTRY", 0);

  /** What a process ends with that SIGTERM ended: the other two don't catch it. */
  private static final int BY_SIGNAL = 128 + 15;

  private final String label;
  private final String variable;
  private final int exitCode;

  Edition(String label, String variable, int exitCode) {
    this.label = label;
    this.variable = variable;
    this.exitCode = exitCode;
  }

  /** The program. */
  String program() {
    String program = System.getenv(variable);
    if (program == null) {
      throw new IllegalStateException(variable + " names no server; run tools/dropin");
    }
    return program;
  }

  /**
   * Starts it on a folder that may hold content.
   *
   * @param configuration the whole file, with {@code ROOT} where the folder's path belongs
   */
  RegistryProcess start(Path data, String configuration) throws IOException {
    Files.createDirectories(data);
    return RegistryProcess.start(program(), configure(data, configuration), Map.of(), exitCode);
  }

  /** Writes the file that it is started with on that folder. */
  Path configure(Path data, String configuration) throws IOException {
    Path file = data.resolveSibling(data.getFileName() + "-" + name() + ".yml");
    return Files.writeString(file, configuration.replace("ROOT", data.toString()));
  }

  @Override
  public String toString() {
    return label;
  }
}
