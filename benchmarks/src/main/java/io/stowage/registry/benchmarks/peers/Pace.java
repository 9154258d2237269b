package io.stowage.registry.benchmarks.peers;

import java.time.Duration;

/**
 * How long a run takes.
 *
 * @param rounds how often each contestant is measured
 * @param seconds how long one measurement of a rate takes
 * @param warmUpSeconds how long a server works before it is measured: the JVM compiles meanwhile
 * @param images how many small images one measurement pushes
 * @param whole whether everything is measured; otherwise what can be told in a few minutes
 */
record Pace(int rounds, int seconds, int warmUpSeconds, int images, boolean whole) {
  static final Pace FULL = new Pace(5, 4, 15, 500, true);
  static final Pace SMOKE = new Pace(3, 1, 6, 100, false);

  Duration time() {
    return Duration.ofSeconds(seconds);
  }
}
