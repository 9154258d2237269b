package io.stowage.registry.server.metrics;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.stowage.registry.storage.Scrubber;
import java.time.Instant;

/** What the scrub has done and found. */
final class ScrubMetrics {
  private ScrubMetrics() {}

  static void register(PrometheusRegistry registry, Scrubber scrubber) {
    CounterWithCallback.builder()
        .name("stowage_scrub_read_bytes_total")
        .help("Bytes that the scrub has read.")
        .callback(callback -> callback.call((double) scrubber.figures().bytesRead()))
        .register(registry);
    CounterWithCallback.builder()
        .name("stowage_scrub_files_total")
        .help("Blobs and manifests: sound, corrupt (also if a reader found it), unreadable.")
        .labelNames("result")
        .callback(
            callback -> {
              Scrubber.Figures figures = scrubber.figures();
              callback.call((double) figures.sound(), "sound");
              callback.call((double) figures.corrupt(), "corrupt");
              callback.call((double) figures.unreadable(), "unreadable");
            })
        .register(registry);
    GaugeWithCallback.builder()
        .name("stowage_scrub_progress_ratio")
        .help("How far the round under way has come; 0 if there is none.")
        .callback(callback -> callback.call(scrubber.figures().progress()))
        .register(registry);
    GaugeWithCallback.builder()
        .name("stowage_scrub_last_end_timestamp_seconds")
        .help("When the last complete round ended, in seconds since 1970.")
        .callback(
            callback -> {
              Instant end = scrubber.figures().lastEnd();
              if (end != null) {
                callback.call((double) end.getEpochSecond());
              }
            })
        .register(registry);
    GaugeWithCallback.builder()
        .name("stowage_scrub_last_duration_seconds")
        .help("How long the last complete round took, restarts included.")
        .callback(
            callback -> {
              Scrubber.Figures figures = scrubber.figures();
              if (figures.lastEnd() != null) {
                callback.call((double) figures.lastDuration().toSeconds());
              }
            })
        .register(registry);
  }
}
