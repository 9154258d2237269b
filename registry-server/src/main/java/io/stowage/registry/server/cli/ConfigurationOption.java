package io.stowage.registry.server.cli;

import io.stowage.registry.config.ConfigurationException;
import io.stowage.registry.config.ConfigurationLoader;
import io.stowage.registry.config.Loaded;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * How commands beside {@code serve} find the configuration: as it does, by the variables of the
 * environment over a file, which is named here or where {@code serve} looks for it.
 */
final class ConfigurationOption {
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "Configuration file; else as for 'serve'.")
  private @Nullable Path file;

  /**
   * The configuration in force.
   *
   * @throws ConfigurationException if {@code serve} would refuse it
   */
  Loaded load() throws IOException, ConfigurationException {
    Map<String, String> environment = System.getenv();
    return ConfigurationLoader.fromDisk()
        .load(ServeCommand.configurationFile(file, environment), environment);
  }
}
