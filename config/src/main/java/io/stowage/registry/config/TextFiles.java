package io.stowage.registry.config;

import java.io.IOException;

/** Reads the small files that {@code REGISTRY_..._FILE} variables and a few keys name. */
@FunctionalInterface
public interface TextFiles {
  /** The whole content as text, or an exception whose message says why not. */
  String read(String path) throws IOException;
}
