package io.stowage.registry.storage.filesystem;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What was made of folders' listings, so that a page of a long list doesn't read the whole folder.
 * A value holds while its folder's time of change does; that costs one {@code stat} to find out.
 *
 * <p>Times of change tick (a few milliseconds on Linux, up to two seconds elsewhere), so a folder
 * that changed just before it was listed may change again without a new time. Such a value is used
 * once and not believed again until the folder had time to settle. Our own changes are no reason to
 * list again: they are announced by {@link #change} and made to the value too. Only a foreign
 * change in the moment of one of our own to the same folder can escape; values are therefore used
 * for finding candidates, which are looked at one by one before anybody is told of them.
 *
 * <p>Values are shared between threads and must stand that. The cache is bounded by their weight.
 *
 * @param <V> what is made of a listing
 */
final class FolderCache<V> {
  /** The coarsest tick of file systems in use. */
  private static final Duration TICK = Duration.ofSeconds(2);

  private static final int STRIPES = 256;

  /** Makes a value of a folder's listing. */
  interface Loader<V> {
    V load(Path folder, List<String> names) throws IOException;
  }

  private record Entry<V>(Stamp stamp, boolean settled, V value, int weight) {}

  private final Loader<V> loader;
  private final ToLongFunction<V> weigher;
  private final InstantSource clock;
  private final Cache<Path, Entry<V>> cache;

  /** How many own changes began or ended; shows a loader that one came between. */
  private final AtomicLongArray changes = new AtomicLongArray(STRIPES);

  /** Times of change that we made ourselves, so that nothing foreign hides behind them. */
  private final Cache<Path, Stamp> own =
      Caffeine.newBuilder().maximumSize(10_000).executor(Runnable::run).build();

  private final List<ReentrantLock> loading =
      IntStream.range(0, STRIPES).mapToObj(i -> new ReentrantLock()).toList();

  /**
   * @param weigher the size of a value in bytes, about
   * @param most the size of all values in bytes, about
   */
  FolderCache(Loader<V> loader, ToLongFunction<V> weigher, long most, InstantSource clock) {
    this.loader = loader;
    this.weigher = weigher;
    this.clock = clock;
    this.cache =
        Caffeine.newBuilder()
            .maximumWeight(most)
            .weigher((Path folder, Entry<V> entry) -> entry.weight())
            .executor(Runnable::run)
            .build();
  }

  /** What is made of the folder as it is now; a folder that isn't there is empty. */
  V get(Path folder) throws IOException {
    V known = known(folder);
    if (known != null) {
      return known;
    }
    ReentrantLock lock = loading.get(slot(folder)); // many readers, one listing
    lock.lock();
    try {
      known = known(folder);
      return known != null ? known : load(folder);
    } finally {
      lock.unlock();
    }
  }

  private @Nullable V known(Path folder) throws IOException {
    Entry<V> entry = cache.getIfPresent(folder);
    return entry != null && entry.settled() && isAt(entry.stamp(), folder) ? entry.value() : null;
  }

  private V load(Path folder) throws IOException {
    long before = changes.get(slot(folder));
    Optional<BasicFileAttributes> attributes = Stamp.attributes(folder);
    V value = loader.load(folder, attributes.isEmpty() ? List.of() : names(folder));
    if (attributes.isEmpty()) {
      cache.invalidate(folder);
    } else if (changes.get(slot(folder)) == before) {
      Stamp stamp = Stamp.of(attributes.get());
      cache.put(folder, entry(stamp, isSettled(folder, stamp), value));
    }
    return value;
  }

  private boolean isSettled(Path folder, Stamp stamp) {
    return stamp.equals(own.getIfPresent(folder))
        || stamp.modified().toInstant().plus(TICK).isBefore(clock.instant());
  }

  private Entry<V> entry(Stamp stamp, boolean settled, V value) {
    int weight = (int) Math.min(Integer.MAX_VALUE, weigher.applyAsLong(value));
    return new Entry<>(stamp, settled, value, weight);
  }

  private static boolean isAt(Stamp stamp, Path folder) throws IOException {
    return Stamp.attributes(folder).map(Stamp::of).filter(stamp::equals).isPresent();
  }

  /** The names in a folder, without order; none if it is no folder (any more). */
  static List<String> names(Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      entries.forEach(entry -> names.add(Layout.nameOf(entry)));
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return names;
  }

  /** Announces a change to the folder by this process. The caller closes it when it is made. */
  Change change(Path folder) throws IOException {
    changes.incrementAndGet(slot(folder));
    Entry<V> entry = cache.getIfPresent(folder);
    if (entry != null && !isAt(entry.stamp(), folder)) {
      cache.invalidate(folder);
    }
    return new Change(folder);
  }

  /** A change on its way; if it is not {@link #made}, the folder is listed again. */
  final class Change implements AutoCloseable {
    private final Path folder;
    private @Nullable Consumer<V> update;

    private Change(Path folder) {
      this.folder = folder;
    }

    /** Makes the change to the value too. */
    void made(Consumer<V> toValue) {
      this.update = toValue;
    }

    @Override
    public void close() throws IOException {
      try {
        Consumer<V> made = update;
        Optional<BasicFileAttributes> now = Stamp.attributes(folder);
        if (made == null || now.isEmpty()) {
          cache.invalidate(folder);
          return;
        }
        Stamp stamp = Stamp.of(now.get());
        own.put(folder, stamp);
        cache
            .asMap()
            .computeIfPresent(
                folder,
                (path, entry) -> {
                  made.accept(entry.value());
                  return entry(stamp, entry.settled(), entry.value());
                });
      } finally {
        changes.incrementAndGet(slot(folder));
      }
    }
  }

  private static int slot(Path folder) {
    int hash = folder.hashCode();
    return (hash ^ (hash >>> 16)) & (STRIPES - 1);
  }
}
