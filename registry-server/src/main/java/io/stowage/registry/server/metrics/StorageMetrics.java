package io.stowage.registry.server.metrics;

import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;

/** Times of storage actions, under distribution's name. */
final class StorageMetrics implements StorageTimes {
  private static final String DRIVER = "filesystem";
  private static final double NANOS = Duration.ofSeconds(1).toNanos();

  private final Histogram seconds;

  StorageMetrics(PrometheusRegistry registry) {
    seconds =
        Histogram.builder()
            .name("registry_storage_action_seconds")
            .help("Time for an action on the storage.")
            .labelNames("driver", "action")
            .classicOnly()
            .withoutExemplars()
            .register(registry);
    for (StorageAction action : StorageAction.values()) {
      seconds.initLabelValues(DRIVER, action.label());
    }
  }

  @Override
  public void took(StorageAction action, long nanos) {
    seconds.labelValues(DRIVER, action.label()).observe(nanos / NANOS);
  }
}
