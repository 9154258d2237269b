package io.stowage.registry.storage.filesystem;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Who was told that something is there and may still rely on it (docs/decisions/0019). That
 * something came is written in the time of its link. That somebody asked for it is remembered here,
 * in a table of fixed size: two names may share a place in it, and then both are kept. Whoever
 * brought it relies on it until a manifest names it, which is remembered too; what was forgotten of
 * that is kept.
 *
 * <p>Safe for use by any number of threads.
 */
final class Reliance {
  private static final int PLACES = 1 << 19;
  private static final long REMEMBERED_NAMED = 20_000;

  private record Place(RepositoryName repository, Digest digest) {}

  /** Looks something up. */
  interface Search<T> {
    Optional<T> find() throws IOException;
  }

  private final Locks locks;
  private final Meanwhile meanwhile;
  private final FileAges ages;
  private final long salt = ThreadLocalRandom.current().nextLong();

  /** Seconds of uptime, from 1 on, or 0: when somebody last asked for what has this place. */
  private final AtomicIntegerArray asked = new AtomicIntegerArray(PLACES);

  private final Cache<Place, Boolean> named =
      Caffeine.newBuilder().maximumSize(REMEMBERED_NAMED).executor(Runnable::run).build();

  Reliance(Locks locks, Meanwhile meanwhile, FileAges ages) {
    this.locks = locks;
    this.meanwhile = meanwhile;
    this.ages = ages;
  }

  /**
   * Finds something for somebody who may rely on the answer. As long as no collection runs, that
   * takes no lock.
   */
  <T> Optional<T> confirm(RepositoryName repository, Digest digest, Search<T> search)
      throws IOException {
    long before = meanwhile.moment();
    Optional<T> found = search.find();
    if (found.isEmpty()) {
      return found;
    }
    asked(repository, digest);
    if (meanwhile.isQuietSince(before)) {
      return found;
    }
    try (var _ = locks.share(repository)) {
      meanwhile.keep(repository, digest);
      return search.find(); // it may have been taken away before anybody could know of the question
    }
  }

  /** Somebody relies on what was there already, and for the whole grace. */
  void asked(RepositoryName repository, Digest digest) {
    long hash = hash(repository, digest);
    int now = seconds();
    note(first(hash), now);
    note(second(hash), now);
  }

  private void note(int place, int now) {
    if (asked.get(place) < now) { // a popular one is written once in a second
      asked.set(place, now);
    }
  }

  /** A link is being made that was not there: whoever makes it relies on it. */
  void made(RepositoryName repository, Digest digest) {
    ages.look();
    named.invalidate(new Place(repository, digest));
  }

  /** A new manifest has arrived that names what whoever made these links has made them for. */
  void named(RepositoryName repository, Collection<Digest> digests) {
    digests.forEach(digest -> named.put(new Place(repository, digest), true));
  }

  /**
   * Whether somebody may rely on it.
   *
   * @param made the time of the link
   * @param grace how long; zero if nobody does at all
   */
  boolean isReliedOn(RepositoryName repository, Digest digest, FileTime made, Duration grace) {
    return !grace.isZero()
        && (isAsked(repository, digest, grace)
            || (ages.mayBeYounger(made.toInstant(), grace)
                && named.getIfPresent(new Place(repository, digest)) == null));
  }

  private boolean isAsked(RepositoryName repository, Digest digest, Duration grace) {
    long hash = hash(repository, digest);
    int last = Math.min(asked.get(first(hash)), asked.get(second(hash)));
    return last > 0 && seconds() - last - 1 < grace.toSeconds() + 1; // rounded towards keeping
  }

  private int seconds() {
    return (int) ages.uptime().toSeconds() + 1;
  }

  private long hash(RepositoryName repository, Digest digest) {
    long hash = salt ^ ((long) repository.hashCode() << 32 | (digest.hashCode() & 0xFFFFFFFFL));
    hash = (hash ^ (hash >>> 30)) * 0xBF58476D1CE4E5B9L; // splitmix64
    hash = (hash ^ (hash >>> 27)) * 0x94D049BB133111EBL;
    return hash ^ (hash >>> 31);
  }

  private static int first(long hash) {
    return (int) hash & (PLACES - 1);
  }

  private static int second(long hash) {
    return (int) (hash >>> 32) & (PLACES - 1);
  }
}
