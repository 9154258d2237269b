package io.stowage.registry.server;

import io.stowage.registry.config.Configuration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Where a running server's configuration comes from, to be read again. */
public interface ConfigurationSource {
  /** A configuration that stays as it is. */
  static ConfigurationSource of(Configuration configuration) {
    return new ConfigurationSource() {
      @Override
      public List<Path> files() {
        return List.of();
      }

      @Override
      public Configuration read() {
        return configuration;
      }
    };
  }

  /** The files that it was read from. */
  List<Path> files();

  /**
   * Reads it again.
   *
   * @throws IOException if the server could not start with it; the message says why
   */
  Configuration read() throws IOException;
}
