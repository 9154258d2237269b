package io.stowage.registry.server;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/**
 * The clock for what is thrown away by age: the earlier of what the system's clock says, and of
 * what it said at the start and the time that has passed since. So nothing goes early when that
 * clock is set forward while the process runs. Time during which the machine sleeps has not passed.
 *
 * <p>It is for records that have a time in them: events, and credentials that have expired. A clock
 * that was behind when it stamped one, and is put right later, makes that one look older than it
 * is, and it goes too early by as much. Where that would cost content, which is dated by the times
 * of files, the storage remembers each change of the clock instead ({@code FileAges}).
 */
final class UnhurriedClock implements InstantSource {
  /** Since the start of the process, or nearly so. */
  static final InstantSource INSTANCE =
      new UnhurriedClock(InstantSource.system(), System::nanoTime);

  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Instant start;
  private final long startNanos;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  UnhurriedClock(InstantSource clock, LongSupplier nanoTime) {
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.start = clock.instant();
    this.startNanos = nanoTime.getAsLong();
  }

  @Override
  public Instant instant() {
    Instant now = clock.instant();
    Instant passed = start.plus(Duration.ofNanos(nanoTime.getAsLong() - startNanos));
    return passed.isBefore(now) ? passed : now;
  }
}
