package io.stowage.registry.server;

import io.stowage.registry.config.Configuration;
import io.stowage.registry.config.ConfigurationException;
import io.stowage.registry.config.EffectiveValues;
import io.stowage.registry.config.Loaded;
import java.io.IOException;
import java.util.List;

/** Where a running server's configuration comes from, to be read again. */
public interface ConfigurationSource {
  /** A configuration that stays as it is. */
  static ConfigurationSource of(Configuration configuration) {
    Loaded loaded =
        new Loaded(configuration, List.of(), EffectiveValues.NONE, List.of(), List.of());
    return new ConfigurationSource() {
      @Override
      public Loaded atStart() {
        return loaded;
      }

      @Override
      public Loaded read() {
        return loaded;
      }
    };
  }

  /** What was read when the server started. */
  Loaded atStart();

  /**
   * Reads it again.
   *
   * @throws ConfigurationException if the server could not start with it
   * @throws IOException if it can't be read
   */
  Loaded read() throws IOException, ConfigurationException;
}
