package io.stowage.registry.server.metrics;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.stowage.registry.server.ops.NotificationCounters;

/** What became of notifications, under distribution's names. */
final class NotificationMetrics {
  private NotificationMetrics() {}

  static void register(PrometheusRegistry registry, NotificationCounters counters) {
    CounterWithCallback.builder()
        .name("registry_notifications_events_total")
        .help("Events for each receiver, by what became of them.")
        .labelNames("type", "endpoint")
        .callback(
            callback -> {
              for (NotificationCounters.Endpoint endpoint : counters.endpoints()) {
                callback.call((double) endpoint.events(), "Events", endpoint.name());
                callback.call((double) endpoint.successes(), "Successes", endpoint.name());
                callback.call((double) endpoint.failures(), "Failures", endpoint.name());
                callback.call((double) endpoint.errors(), "Errors", endpoint.name());
              }
            })
        .register(registry);
    GaugeWithCallback.builder()
        // The name is distribution's, though the value goes down again.
        .name("registry_notifications_pending_total")
        .help("Events that wait for their receiver.")
        .labelNames("endpoint")
        .callback(
            callback ->
                counters
                    .endpoints()
                    .forEach(
                        endpoint -> callback.call((double) endpoint.pending(), endpoint.name())))
        .register(registry);
    CounterWithCallback.builder()
        .name("registry_notifications_status_total")
        .help("Answers of receivers, by status.")
        .labelNames("code", "endpoint")
        .callback(
            callback ->
                counters
                    .endpoints()
                    .forEach(
                        endpoint ->
                            endpoint
                                .statuses()
                                .forEach(
                                    (code, count) ->
                                        callback.call((double) count, code, endpoint.name()))))
        .register(registry);
  }
}
