package io.stowage.registry.server.access;

import java.util.concurrent.atomic.LongAdder;

/** What became of logins by password since the start. Safe for use by any number of threads. */
public final class LoginCounts {
  private final LongAdder accepted = new LongAdder();
  private final LongAdder remembered = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder throttled = new LongAdder();

  /** What can become of a login. */
  public enum Result {
    /** The password was checked and is right. */
    ACCEPTED,
    /** The password was checked not long ago. */
    REMEMBERED,
    /** The password is wrong, or the user unknown. */
    FAILED,
    /** Refused, because too many failed before. */
    THROTTLED
  }

  void count(Result result) {
    adder(result).increment();
  }

  /** How many ended so. */
  public long of(Result result) {
    return adder(result).sum();
  }

  private LongAdder adder(Result result) {
    return switch (result) {
      case ACCEPTED -> accepted;
      case REMEMBERED -> remembered;
      case FAILED -> failed;
      case THROTTLED -> throttled;
    };
  }
}
