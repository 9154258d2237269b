package io.stowage.registry.storage.filesystem;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * Tells from the times of files how old they are, although the clock that stamps them may be set
 * while the process runs. Files look older than they are after the clock was set forward, and as if
 * from the future after it was set back.
 *
 * <p>How far the clock is ahead of the time that passes (its offset) is remembered for as long as
 * it counts. What was stamped within some time was stamped by one of the offsets within that time;
 * so only what the least of them makes too old certainly is. A clock that is set delays by that
 * what goes by age, and never hastens it; once the time has passed, it makes no difference any
 * more. While the machine sleeps no time passes, and that is a clock that is set when it wakes.
 *
 * <p>Whoever stamps a file {@linkplain #look looks} at the clock, so that no offset is missed. Of
 * what was stamped before the start only the times are known. Safe for use by any number of
 * threads.
 */
final class FileAges {
  /**
   * What is no other offset: clocks that are in step drift by up to 0.05 percent when they are put
   * right, and two readings of them are never from the same moment.
   */
  private static final Duration TOLERANCE = Duration.ofSeconds(1);

  /** Offsets that are remembered; then the two oldest count as one, the wider one. */
  private static final int MOST = 1024;

  /**
   * What held for a while.
   *
   * @param end when it was over, in nanoseconds since the start
   */
  private record Past(long end, Duration least, Duration most) {}

  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final long start;
  private final Deque<Past> past = new ArrayDeque<>(); // guarded by this
  private volatile Duration offset;

  /**
   * @param clock the one that stamps files
   * @param nanoTime as {@link System#nanoTime}: the time that passes
   */
  FileAges(InstantSource clock, LongSupplier nanoTime) {
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.start = nanoTime.getAsLong();
    this.offset = Duration.between(Instant.EPOCH, clock.instant());
  }

  /** How long the process has been looking at the clock. */
  Duration uptime() {
    return Duration.ofNanos(nanoTime.getAsLong() - start);
  }

  /** Takes notice of what the clock says. Cheap, to be called whenever a file is stamped. */
  void look() {
    Instant now = clock.instant();
    Duration current = offset(now, uptime());
    if (isOther(current)) {
      replace(current);
    }
  }

  private static Duration offset(Instant now, Duration uptime) {
    return Duration.between(Instant.EPOCH, now).minus(uptime);
  }

  private boolean isOther(Duration current) {
    return current.minus(offset).abs().compareTo(TOLERANCE) > 0;
  }

  private synchronized void replace(Duration current) {
    if (!isOther(current)) {
      return; // somebody else saw it too
    }
    past.addLast(new Past(uptime().toNanos(), offset, offset));
    offset = current;
    if (past.size() > MOST) {
      Past oldest = past.removeFirst();
      Past next = past.removeFirst();
      past.addFirst(
          new Past(next.end, least(oldest.least, next.least), most(oldest.most, next.most)));
    }
  }

  /** The latest moment of which all that was stamped until then is at least this old. */
  synchronized Instant before(Duration age) {
    look();
    Instant now = clock.instant();
    Duration current = offset(now, uptime());
    Duration least = current;
    for (Past it : within(age)) {
      least = least(least, it.least);
    }
    return now.minus(current.minus(least)).minus(age);
  }

  /**
   * Whether what was stamped so may be younger than this. A time that is further in the future than
   * the age is one of a wrong clock, and no reason to take it for young for ever; only as long as
   * it may have been stamped shortly before the start.
   */
  synchronized boolean mayBeYounger(Instant time, Duration age) {
    if (!time.isAfter(before(age))) {
      return false;
    }
    Instant now = clock.instant();
    Duration current = offset(now, uptime());
    Duration most = current;
    for (Past it : within(age)) {
      most = most(most, it.most);
    }
    return time.isBefore(now.plus(most.minus(current)).plus(age)) || uptime().compareTo(age) < 0;
  }

  private List<Past> within(Duration age) {
    long begin = uptime().minus(age).toNanos();
    return past.stream().filter(it -> it.end >= begin).toList();
  }

  private static Duration least(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Duration most(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? other : one;
  }
}
