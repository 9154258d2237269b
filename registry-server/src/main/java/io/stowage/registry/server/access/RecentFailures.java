package io.stowage.registry.server.access;

import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * When something last failed, by key: for each the newest few times within a sliding window. Holds
 * a bounded number of keys and forgets those first that failed longest ago. Safe for use by any
 * number of threads; each call takes constant time.
 */
final class RecentFailures<K> {
  private final int limit;
  private final long windowNanos;
  private final int maxKeys;
  private final LongSupplier nanoTime;

  /** The times of each key, oldest first and at most {@code limit}; keys by their newest time. */
  private final Map<K, long[]> times = new LinkedHashMap<>();

  /**
   * @param limit how many failures within the window are too many
   * @param nanoTime as {@link System#nanoTime}
   */
  RecentFailures(int limit, Duration window, int maxKeys, LongSupplier nanoTime) {
    this.limit = limit;
    this.windowNanos = window.toNanos();
    this.maxKeys = maxKeys;
    this.nanoTime = nanoTime;
  }

  synchronized void add(K key) {
    long now = nanoTime.getAsLong();
    long[] before = times.remove(key);
    times.put(key, before == null ? new long[] {now} : with(before, now));
    dropOldest(now);
  }

  /** How long the key will have too many failures in its window; zero if it hasn't. */
  synchronized Duration excess(K key) {
    long[] newest = times.get(key);
    return newest == null || newest.length < limit
        ? Duration.ZERO
        : Duration.ofNanos(Math.max(0, left(newest[0], nanoTime.getAsLong())));
  }

  synchronized int size() {
    return times.size();
  }

  private long[] with(long[] before, long now) {
    int from = before.length == limit ? 1 : 0;
    long[] after = Arrays.copyOfRange(before, from, before.length + 1);
    after[after.length - 1] = now;
    return after;
  }

  private void dropOldest(long now) {
    Iterator<long[]> oldest = times.values().iterator();
    while (oldest.hasNext()) {
      long[] newest = oldest.next();
      if (times.size() <= maxKeys && left(newest[newest.length - 1], now) > 0) {
        return;
      }
      oldest.remove();
    }
  }

  private long left(long time, long now) {
    return time + windowNanos - now;
  }
}
