package io.stowage.registry.storage;

import java.util.Optional;

/**
 * Reads of a manifest's bytes what a store must know of them. The server implements it, so that
 * stores need no JSON. Safe for use by any number of threads; pure.
 */
@FunctionalInterface
public interface ManifestReader {
  /**
   * What the bytes say, or empty if they are no manifest at all (damaged, or of a foreign kind).
   */
  Optional<ManifestFacts> read(byte[] bytes);
}
