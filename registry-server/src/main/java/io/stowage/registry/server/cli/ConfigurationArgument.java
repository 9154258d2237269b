package io.stowage.registry.server.cli;

import io.stowage.registry.config.Configuration;
import io.stowage.registry.config.ConfigurationException;
import io.stowage.registry.config.ConfigurationLoader;
import io.stowage.registry.config.Loaded;
import io.stowage.registry.config.Problem;
import io.stowage.registry.server.LogAssembly;
import io.stowage.registry.server.control.Console;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/**
 * The configuration of a command that has distribution's form: a file behind the command's name.
 */
final class ConfigurationArgument {
  @Parameters(
      arity = "0..1",
      paramLabel = "CONFIG",
      description =
          "Configuration file; else $REGISTRY_CONFIGURATION_PATH; else built-in defaults, as for"
              + " 'serve'.")
  private @Nullable Path file;

  ConfigurationArgument() {}

  /**
   * Reads it, and sets up the application log as it says.
   *
   * @return empty if {@code serve} would refuse it; the console was told why then
   */
  Optional<Configuration> load(Console console) throws IOException {
    Map<String, String> environment = System.getenv();
    try {
      Loaded loaded =
          ConfigurationLoader.fromDisk()
              .load(ServeCommand.configurationFile(file, environment), environment);
      LogAssembly.configure(loaded.configuration().log());
      return Optional.of(loaded.configuration());
    } catch (ConfigurationException e) {
      for (Problem problem : e.problems()) {
        console.err("configuration error: " + problem.text());
      }
    } catch (NoSuchFileException e) {
      console.err("configuration error: open " + e.getFile() + ": no such file or directory");
    }
    return Optional.empty();
  }
}
