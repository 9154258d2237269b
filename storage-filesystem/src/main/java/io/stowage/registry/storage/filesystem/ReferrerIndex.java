package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.storage.Referrer;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The manifests of one folder of revisions that have a subject, by subject, in the order in which
 * they came. Shared by many threads.
 */
final class ReferrerIndex {
  /** What one entry weighs in memory, about. */
  private static final long ENTRY_BYTES = 600;

  private record Place(Digest subject, String cursor) {}

  private final Map<Digest, NavigableMap<String, Referrer>> bySubject = new ConcurrentHashMap<>();
  private final Map<Digest, Place> places = new ConcurrentHashMap<>();

  /** Adds a manifest, in place of what was known of it before. */
  void add(Digest digest, FileTime arrival, Digest subject, @Nullable String artifactType) {
    remove(digest);
    String cursor = cursor(arrival, digest);
    places.put(digest, new Place(subject, cursor));
    bySubject
        .computeIfAbsent(subject, s -> new ConcurrentSkipListMap<>())
        .put(cursor, new Referrer(cursor, digest, artifactType));
  }

  void remove(Digest digest) {
    Place place = places.remove(digest);
    if (place != null) {
      bySubject.computeIfPresent(
          place.subject(),
          (subject, referrers) -> {
            referrers.remove(place.cursor());
            return referrers.isEmpty() ? null : referrers;
          });
    }
  }

  /** The referrers behind this place, by their cursors, in order; null is before the first. */
  NavigableMap<String, Referrer> after(Digest subject, @Nullable String place) {
    NavigableMap<String, Referrer> all = bySubject.get(subject);
    if (all == null) {
      return new ConcurrentSkipListMap<>();
    }
    return place == null ? all : all.tailMap(place, false);
  }

  /** The size in memory, in bytes, about. */
  long weight() {
    return ENTRY_BYTES * (1 + places.size());
  }

  /** Time, then digest for what has the same time (copied volumes): sorts as text. */
  private static String cursor(FileTime arrival, Digest digest) {
    return "%016x-%s".formatted(Math.max(0, arrival.to(TimeUnit.NANOSECONDS)), digest);
  }
}
