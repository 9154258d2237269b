package io.stowage.registry.server.ops;

import io.stowage.registry.error.RegistryError;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All checks of one server (the keys of {@code health}). As long as one is unhealthy, nothing under
 * {@code /v2/} is served. Asking costs no I/O: it tells what the last rounds found.
 */
public final class HealthChecks {
  /** Where nothing is checked, all is well. */
  public static final HealthChecks NONE = new HealthChecks(List.of());

  private final List<HealthCheck> checks;

  public HealthChecks(List<HealthCheck> checks) {
    this.checks = List.copyOf(checks);
  }

  /** Has all of them run from now on, each at its interval. */
  public void run(Housekeeping housekeeping) {
    for (HealthCheck check : checks) {
      housekeeping.every("health check " + check.name(), check.interval(), check.interval(), check);
    }
  }

  /** Those that are unhealthy, by name, with the reason of the last failure. For operators. */
  public SortedMap<String, String> failing() {
    SortedMap<String, String> failing = new TreeMap<>();
    for (HealthCheck check : checks) {
      check.trouble().ifPresent(reason -> failing.put(check.name(), reason));
    }
    return failing;
  }

  /** When it is worth to ask again; empty if nothing is unhealthy. */
  public Optional<Duration> retryAfter() {
    return checks.stream()
        .filter(check -> check.trouble().isPresent())
        .map(HealthCheck::interval)
        .min(Duration::compareTo);
  }

  /** Why nothing can be served now, if so. For everybody, so it names no check. */
  public Optional<RegistryError> unavailability() {
    return retryAfter()
        .map(
            after ->
                new RegistryError.Unavailable(
                    "health check failed: please see /debug/health", after));
  }
}
