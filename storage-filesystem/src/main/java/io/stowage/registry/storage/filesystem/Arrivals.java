package io.stowage.registry.storage.filesystem;

import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Times for revision links, each later than the one before: the tick of the file system's own clock
 * is too coarse to tell from them which of two manifests came first.
 */
final class Arrivals {
  private final InstantSource clock;
  private final AtomicReference<Instant> last = new AtomicReference<>(Instant.EPOCH);

  Arrivals(InstantSource clock) {
    this.clock = clock;
  }

  /** Now, or a microsecond after the last one. */
  FileTime next() {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    return FileTime.from(
        last.updateAndGet(before -> now.isAfter(before) ? now : before.plus(1, ChronoUnit.MICROS)));
  }
}
