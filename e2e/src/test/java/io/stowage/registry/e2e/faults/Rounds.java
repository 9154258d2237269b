package io.stowage.registry.e2e.faults;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** How long the suite runs: minutes, or with {@code LONG=1} hours. */
final class Rounds {
  private static final boolean LONG = "1".equals(System.getenv("LONG"));

  private Rounds() {}

  static int of(int usual, int many) {
    return LONG ? many : usual;
  }

  /** Whether the run may take hours. */
  static boolean isLong() {
    return LONG;
  }

  /** A seed that the log of the run tells, to run a failure again with {@code FAULT_SEED}. */
  static long seed() {
    String given = System.getenv("FAULT_SEED");
    long seed = given == null ? System.nanoTime() : Long.parseLong(given);
    System.out.println("FAULT_SEED=" + seed);
    return seed;
  }

  /** Lets a server work for a while: the moment of a fault is no condition to wait for. */
  static void let(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
