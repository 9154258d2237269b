package io.stowage.registry.server.ops;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether a load balancer should send requests here: all checks of health pass, and the server is
 * not stopping. Safe for use by any number of threads.
 */
public final class Readiness {
  private static final Duration UNKNOWN = Duration.ofSeconds(10);

  private final HealthChecks checks;
  private volatile boolean stopping;

  public Readiness(HealthChecks checks) {
    this.checks = checks;
  }

  /** The server is about to stop: not ready from now on, for good. */
  public void stop() {
    stopping = true;
  }

  /** What stands in the way, in words for everybody; empty if it is ready. */
  List<String> obstacles() {
    List<String> obstacles = new ArrayList<>();
    if (stopping) {
      obstacles.add("stopping");
    }
    if (checks.retryAfter().isPresent()) {
      obstacles.add("health check failed");
    }
    return obstacles;
  }

  /** When it is worth to ask again. */
  Duration retryAfter() {
    return checks.retryAfter().orElse(UNKNOWN);
  }
}
