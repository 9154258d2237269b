package io.stowage.registry.server.ops;

import java.io.IOException;

/** Looks once whether something works that the registry depends on. */
@FunctionalInterface
public interface HealthProbe {
  /**
   * Looks. May block, for as long as it takes to find out.
   *
   * @throws IOException if it doesn't work; the message says why, in one line without secrets
   */
  void look() throws IOException;
}
