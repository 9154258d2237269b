package io.stowage.registry.storage;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Finds bytes that changed on the disk by themselves, while readers and writers go on. A round
 * reads every blob and manifest once and compares it with its digest. What doesn't have it, also
 * when it is read a second time, is put out of reach: it counts as absent, so that a client sends
 * it again, which makes it whole. Nothing is deleted.
 *
 * <p>A file that can't be read is counted and told of, and stays: that says nothing of its bytes.
 *
 * <p>A round that is stopped goes on where it was, also after a restart; some files may be read
 * twice. One round runs at a time; another caller waits for it. Safe for use by any number of
 * threads.
 */
public interface Scrubber {
  /**
   * How to go about it.
   *
   * @param bytesPerSecond how much to read at most; a small file counts for what its opening costs
   * @param interval from the end of a round to the next one
   */
  record Order(long bytesPerSecond, Duration interval) {
    public Order {
      if (bytesPerSecond <= 0) {
        throw new IllegalArgumentException(
            "bytesPerSecond: " + bytesPerSecond + " (expected: above 0)");
      }
      if (interval.isNegative()) {
        throw new IllegalArgumentException("interval: " + interval + " (expected: 0 or more)");
      }
    }
  }

  /**
   * What was done since this storage was opened, and how far a round has come.
   *
   * @param bytesRead by rounds
   * @param sound blobs and manifests that a round found to have their digest
   * @param corrupt those that did not, whoever found them: a round, or a reader
   * @param unreadable those, and folders of those, that could not be read
   * @param progress of the round under way, 0 to 1; 0 if there is none
   * @param lastEnd when the last complete round ended, also before a restart; null if none did
   * @param lastDuration from its begin to its end, whether or not the server ran in between
   */
  record Figures(
      long bytesRead,
      long sound,
      long corrupt,
      long unreadable,
      double progress,
      @Nullable Instant lastEnd,
      Duration lastDuration) {}

  /**
   * Begins a round if one is due, or goes on with one that was stopped, and returns at its end. If
   * none is due, or nothing may be changed, it returns at once.
   *
   * @param stop ends the round soon when it is counted down; its place is kept
   * @throws IOException if the storage can't be walked at all
   */
  void run(Order order, CountDownLatch stop) throws IOException;

  Figures figures();
}
