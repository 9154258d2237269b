package io.stowage.registry.server.ops;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Fails as long as a file exists: {@code touch} takes a server out of service, {@code rm} puts it
 * back.
 */
public record FileProbe(Path file) implements HealthProbe {
  @Override
  public void look() throws IOException {
    if (!Files.notExists(file)) {
      throw new IOException(Files.exists(file) ? "file exists" : "file can't be looked for");
    }
  }
}
