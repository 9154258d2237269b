package io.stowage.registry.config;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Where content lives and what may happen to it ({@code storage}).
 *
 * @param deleteEnabled whether tags, manifests and blobs may be deleted through the API
 * @param readOnly whether every write is refused
 * @param lockWait how long a start waits for another server to let go of the volume
 * @param collectionGrace how long a running server's collection keeps what a client was told is
 *     there, although no manifest names it
 * @param verifyReads whether each blob is hashed while it is sent
 */
public record StorageSettings(
    Filesystem filesystem,
    boolean deleteEnabled,
    boolean readOnly,
    UploadPurging uploadPurging,
    Duration lockWait,
    Duration collectionGrace,
    Scrub scrub,
    boolean verifyReads) {
  /**
   * The driver that keeps content in plain files.
   *
   * @param rootDirectory as configured; a relative one is relative to the working directory
   */
  public record Filesystem(Path rootDirectory) {}

  /**
   * How abandoned uploads go away.
   *
   * @param age how long an upload may lie untouched; at least a minute
   * @param interval from one sweep to the next; at least a second
   * @param dryRun only report what would go
   */
  public record UploadPurging(boolean enabled, Duration age, Duration interval, boolean dryRun) {}

  /**
   * How bytes are found that changed on the disk ({@code stowage.scrub}).
   *
   * @param bytesPerSecond how fast they are read; at least 64 KiB
   * @param interval from the end of a round to the next one; at least a second
   */
  public record Scrub(boolean enabled, long bytesPerSecond, Duration interval) {}
}
