package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.thread.NonBlocking;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * The locks of writers; readers take none. Whoever takes several takes them in this order, so that
 * nobody waits in a circle: repository, tags (all at once), digests (likewise).
 *
 * <p>Those who add to a repository share it; those who delete from it have it alone, so that
 * nothing disappears between the check of a manifest's content and the manifest's own link. Locks
 * are striped: two names may share one, which costs waiting and nothing else.
 */
final class Locks {
  private static final int STRIPES = 1024;

  /** Something that is locked until it is closed. */
  interface Held extends AutoCloseable {
    @Override
    void close();
  }

  private final List<ReentrantReadWriteLock> repositories =
      IntStream.range(0, STRIPES).mapToObj(i -> new ReentrantReadWriteLock()).toList();
  private final List<ReentrantLock> tags =
      IntStream.range(0, STRIPES).mapToObj(i -> new ReentrantLock()).toList();
  private final List<ReentrantReadWriteLock> digests =
      IntStream.range(0, STRIPES).mapToObj(i -> new ReentrantReadWriteLock()).toList();

  /** For adding to a repository. */
  Held share(RepositoryName repository) {
    return hold(repositories.get(stripe(repository)).readLock());
  }

  /** For deleting from a repository. */
  Held own(RepositoryName repository) {
    return hold(repositories.get(stripe(repository)).writeLock());
  }

  /** For moving tags of a repository that is {@linkplain #share shared}. */
  Held tags(RepositoryName repository, List<Tag> names) {
    return hold(names.stream().mapToInt(tag -> stripe(List.of(repository, tag))), tags::get);
  }

  /** For bringing bytes of this digest in, or taking them out. */
  Held digest(Digest digest) {
    return hold(digests.get(stripe(digest)).writeLock());
  }

  /**
   * For bringing a manifest in, and keeping what it lists as it is: what a change shows that is
   * still under way may be taken back, and what a scrub reads may be taken away.
   */
  Held digests(Digest brought, Collection<Digest> listed) {
    int own = stripe(brought);
    return hold(
        IntStream.concat(IntStream.of(own), listed.stream().mapToInt(Locks::stripe)),
        stripe -> {
          ReentrantReadWriteLock lock = digests.get(stripe);
          return stripe == own ? lock.writeLock() : lock.readLock();
        });
  }

  /** Returns when every change to any repository that is under way now has ended. */
  void awaitChanges() {
    for (ReentrantReadWriteLock repository : repositories) {
      hold(repository.writeLock()).close();
    }
  }

  /** Several, each once, in an order that is the same for all. */
  private static Held hold(IntStream stripes, IntFunction<Lock> lock) {
    List<Held> held = new ArrayList<>();
    stripes.sorted().distinct().forEach(stripe -> held.add(hold(lock.apply(stripe))));
    return () -> held.reversed().forEach(Held::close);
  }

  private static Held hold(Lock lock) {
    NonBlocking.beforeBlocking();
    lock.lock();
    return lock::unlock;
  }

  private static int stripe(Object key) {
    int hash = key.hashCode();
    return (hash ^ (hash >>> 16)) & (STRIPES - 1);
  }
}
