package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.RepositoryName;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Digests by their first 64 bits, sixteen bytes of memory for each: a set that says of something
 * that was never added, once in an age, that it was. So it is good for what is to be kept, and for
 * nothing else. Safe for use by any number of threads.
 */
final class DigestSet {
  private static final int PREFIX_CHARACTERS = 16;
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  /** Digests can be chosen so that they fall into one place; without knowing this they can't. */
  private final long salt = ThreadLocalRandom.current().nextLong() | 1;

  /** Open addressing: a power of two of places, at most half of them taken; 0 is a free one. */
  private long[] places = new long[1 << 10];

  private int size;

  /** Adds a digest, and says whether it is new. */
  boolean add(Digest digest) {
    return add(key(digest));
  }

  boolean contains(Digest digest) {
    return contains(key(digest));
  }

  /** Adds a digest as one repository has it, which says nothing of others. */
  boolean add(RepositoryName repository, Digest digest) {
    return add(key(repository, digest));
  }

  boolean contains(RepositoryName repository, Digest digest) {
    return contains(key(repository, digest));
  }

  synchronized int size() {
    return size;
  }

  private synchronized boolean add(long key) {
    int place = place(key);
    if (places[place] == key) {
      return false;
    }
    places[place] = key;
    size++;
    if (size > places.length / 2) {
      grow();
    }
    return true;
  }

  private synchronized boolean contains(long key) {
    return places[place(key)] == key;
  }

  /** Where the key is, or the free place where it would be. */
  private int place(long key) {
    int mask = places.length - 1;
    int place = (int) ((key * salt) >>> 32) & mask;
    while (places[place] != 0 && places[place] != key) {
      place = (place + 1) & mask;
    }
    return place;
  }

  private void grow() {
    long[] before = places;
    places = new long[before.length * 2];
    for (long key : before) {
      if (key != 0) {
        places[place(key)] = key;
      }
    }
  }

  private static long key(RepositoryName repository, Digest digest) {
    long key = (key(digest) ^ repository.hashCode() * SPREAD) * SPREAD;
    return key == 0 ? 1 : key;
  }

  private static long key(Digest digest) {
    long prefix = Long.parseUnsignedLong(digest.hex(), 0, PREFIX_CHARACTERS, 16);
    long key = digest.algorithm() == DigestAlgorithm.SHA256 ? prefix : ~prefix;
    return key == 0 ? 1 : key;
  }
}
