package io.stowage.registry.storage.filesystem;

import java.util.Collection;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** ASCII names in byte order, shared by many threads. Knows its own weight. */
final class Names {
  /** A node of the set and a string with its array, about, without the characters. */
  private static final long OVERHEAD_BYTES = 100;

  private final NavigableSet<String> names = new ConcurrentSkipListSet<>();
  private final AtomicLong weight = new AtomicLong(OVERHEAD_BYTES);

  Names(Collection<String> names) {
    names.forEach(this::add);
  }

  void add(String name) {
    if (names.add(name)) {
      weight.addAndGet(OVERHEAD_BYTES + name.length());
    }
  }

  void remove(String name) {
    if (names.remove(name)) {
      weight.addAndGet(-OVERHEAD_BYTES - name.length());
    }
  }

  /** All names behind this place; null is the place before the first. */
  Iterable<String> after(@Nullable String place) {
    return place == null ? names : names.tailSet(place, false);
  }

  /** All names from this one on. */
  Iterable<String> from(String place) {
    return names.tailSet(place, true);
  }

  /** The size in memory, in bytes, about. */
  long weight() {
    return weight.get();
  }
}
