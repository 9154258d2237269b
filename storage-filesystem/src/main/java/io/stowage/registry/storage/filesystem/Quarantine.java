package io.stowage.registry.storage.filesystem;

import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;

/**
 * Where a repair puts what it takes away, in case somebody wants it back: a folder for each thing,
 * named by the time, and in it the thing under the path that it had below the root. Nothing in it
 * is ever read or removed by the server.
 */
final class Quarantine {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final Layout layout;
  private final InstantSource clock;

  Quarantine(Layout layout, InstantSource clock) {
    this.layout = layout;
    this.clock = clock;
  }

  /** A new place for what is here. */
  Path placeOf(Path path) {
    String name = TIME.format(clock.instant()) + "-" + UUID.randomUUID().toString().substring(0, 8);
    return layout.quarantine().resolve(name).resolve(layout.root().relativize(path));
  }
}
