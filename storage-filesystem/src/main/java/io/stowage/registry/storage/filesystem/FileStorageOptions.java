package io.stowage.registry.storage.filesystem;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How to open a volume.
 *
 * @param root distribution's {@code storage.filesystem.rootdirectory}; made if it isn't there
 * @param readOnly whether to take no lock and change nothing; the volume may then be another
 *     server's
 * @param ownerPatience how long to wait for another server to let go of the volume
 * @param manifestCacheBytes how much memory manifests may take, about
 * @param listCacheBytes how much memory each of the three kinds of lists may take, about: tags,
 *     repositories and referrers
 * @param logBytes the size of each of the two files of the redo log that are made for a new volume
 * @param verifyReads whether a blob is hashed while it is read from begin to end
 */
public record FileStorageOptions(
    Path root,
    boolean readOnly,
    Duration ownerPatience,
    long manifestCacheBytes,
    long listCacheBytes,
    long logBytes,
    boolean verifyReads) {
  private static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(60);
  private static final long DEFAULT_MANIFEST_CACHE_BYTES = 8L << 20;
  private static final long DEFAULT_LIST_CACHE_BYTES = 16L << 20;
  private static final long DEFAULT_LOG_BYTES = 16L << 20;

  /** Room for some records of the largest kind that isn't written beside the log. */
  static final long LEAST_LOG_BYTES = 64L << 10;

  public FileStorageOptions {
    root = root.toAbsolutePath().normalize();
    if (ownerPatience.isNegative()) {
      throw new IllegalArgumentException(
          "ownerPatience: " + ownerPatience + " (expected: 0 or more)");
    }
    if (logBytes < LEAST_LOG_BYTES || logBytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "logBytes: %d (expected: %d to %d)"
              .formatted(logBytes, LEAST_LOG_BYTES, Integer.MAX_VALUE));
    }
    if (manifestCacheBytes < 0 || listCacheBytes < 0) {
      throw new IllegalArgumentException(
          "cache bytes: " + manifestCacheBytes + ", " + listCacheBytes + " (expected: 0 or more)");
    }
  }

  /** The defaults: a writer that waits a minute for the former owner. */
  public static FileStorageOptions of(Path root) {
    return new FileStorageOptions(
        root,
        false,
        DEFAULT_PATIENCE,
        DEFAULT_MANIFEST_CACHE_BYTES,
        DEFAULT_LIST_CACHE_BYTES,
        DEFAULT_LOG_BYTES,
        false);
  }

  /** The same for reading only, or not. */
  public FileStorageOptions withReadOnly(boolean value) {
    return new FileStorageOptions(
        root, value, ownerPatience, manifestCacheBytes, listCacheBytes, logBytes, verifyReads);
  }

  /** The same with another patience. */
  public FileStorageOptions withOwnerPatience(Duration value) {
    return new FileStorageOptions(
        root, readOnly, value, manifestCacheBytes, listCacheBytes, logBytes, verifyReads);
  }

  /** The same with another size of the redo log's files. */
  public FileStorageOptions withLogBytes(long value) {
    return new FileStorageOptions(
        root, readOnly, ownerPatience, manifestCacheBytes, listCacheBytes, value, verifyReads);
  }

  /** The same with blobs hashed while they are read, or not. */
  public FileStorageOptions withVerifyReads(boolean value) {
    return new FileStorageOptions(
        root, readOnly, ownerPatience, manifestCacheBytes, listCacheBytes, logBytes, value);
  }
}
