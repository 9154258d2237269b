package io.stowage.registry.server.http;

/**
 * How much longer a peer may keep the server waiting: a bucket of time. It starts full, with {@link
 * Limits#bodyStallTimeout}. Waiting for the peer takes that time out; each byte that moves puts
 * back what it may take at {@link Limits#minBodyRate}. So whoever is as fast as that never runs
 * out, may pause at any time for as long as the bucket lasts, and one half as fast is done after
 * twice the timeout. Of one event loop or thread at a time.
 */
final class Patience {
  /**
   * One look takes a quarter of a full bucket at most, twice the longest time between two looks.
   * What took longer was this process standing still, and no fault of the peer.
   */
  private static final int LEAST_LOOKS = 4;

  private static final double NANOS = 1e9;

  private final long full;
  private final double nanosPerByte;
  private long left;

  /** A full bucket. */
  Patience(Limits limits) {
    full = limits.bodyStallTimeout().toNanos();
    // Without a minimum one byte fills the bucket.
    nanosPerByte =
        limits.minBodyRate() == 0 ? (double) full : NANOS / (double) limits.minBodyRate();
    left = full;
  }

  /**
   * Whether the bucket is empty.
   *
   * @param waitedNanos for the peer, since this was asked last
   * @param movedBytes since this was asked last
   */
  boolean isOver(long waitedNanos, long movedBytes) {
    left = (long) Math.min((double) full, (double) left + (double) movedBytes * nanosPerByte);
    left -= Math.min(waitedNanos, full / LEAST_LOOKS);
    return left < 0;
  }

  /** Fills the bucket: the peer has done all that it was asked for. */
  void restart() {
    left = full;
  }
}
