package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What was named, linked or found while a collection runs, so that the collection spares it. Those
 * who change something say so here before they look whether what they need is there, holding the
 * lock under which the collector takes it away; so one of the two always sees the other.
 *
 * <p>Outside of a collection everything here does nothing. Safe for use by any number of threads.
 */
final class Meanwhile {
  /** Odd while a collection runs. */
  private final AtomicLong phase = new AtomicLong();

  private volatile DigestSet kept = new DigestSet();

  /** Begins to take notes. Changes that began before don't know of it: they are to be awaited. */
  void begin() {
    kept = new DigestSet();
    phase.incrementAndGet();
  }

  void end() {
    phase.incrementAndGet();
    kept = new DigestSet();
  }

  /** A moment, for {@link #isQuietSince}. */
  long moment() {
    return phase.get();
  }

  /** Whether no collection has run since this moment, and none does. */
  boolean isQuietSince(long moment) {
    return phase.get() == moment && !isRunning(moment);
  }

  private static boolean isRunning(long moment) {
    return (moment & 1) == 1;
  }

  /** Notes what the repository needs: its links to this content, or manifests, and the bytes. */
  void keep(RepositoryName repository, Collection<Digest> digests) {
    if (isRunning(phase.get())) {
      DigestSet notes = kept;
      for (Digest digest : digests) {
        notes.add(repository, digest);
        notes.add(digest);
      }
    }
  }

  void keep(RepositoryName repository, Digest digest) {
    if (isRunning(phase.get())) {
      keep(repository, Set.of(digest));
    }
  }

  /** Notes that somebody needs these bytes, whoever has a link to them. */
  void keepBytes(Digest digest) {
    if (isRunning(phase.get())) {
      kept.add(digest);
    }
  }

  /** Whether the repository's link to this content, or its manifest, is needed. */
  boolean isKept(RepositoryName repository, Digest digest) {
    return kept.contains(repository, digest);
  }

  /** Whether somebody needs these bytes. */
  boolean isKept(Digest digest) {
    return kept.contains(digest);
  }
}
