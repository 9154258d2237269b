package io.stowage.registry.e2e.dropin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/** Folders of the tests below the one that {@code tools/dropin} or {@code tools/faults} made. */
public final class Scratch implements TempDirFactory {
  @Override
  public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext test)
      throws IOException {
    String folder = System.getenv("STOWAGE_SCRATCH");
    return folder == null
        ? Files.createTempDirectory("volume")
        : Files.createTempDirectory(Path.of(folder), "volume");
  }
}
