package io.stowage.registry.server.metrics;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.instrumentation.jvm.JvmMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.stowage.registry.event.EventStatistics;
import io.stowage.registry.server.access.LoginCounts;
import io.stowage.registry.server.http.CompletedExchange;
import io.stowage.registry.server.http.ConnectionCounts;
import io.stowage.registry.server.http.HttpHandler;
import io.stowage.registry.server.ops.HealthChecks;
import io.stowage.registry.storage.Scrubber;
import io.stowage.registry.storage.Storage;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All metrics of one server. What distribution counts has its names and labels; what only we have
 * begins with {@code stowage_}. Nothing of this is loaded where metrics are off.
 */
public final class RegistryMetrics {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryMetrics.class);

  private final PrometheusRegistry registry = new PrometheusRegistry();

  /**
   * Begins with those of the process.
   *
   * @param version of the product
   */
  public RegistryMetrics(String version) {
    JvmMetrics.builder().register(registry);
    Info.builder()
        .name("stowage_build_info")
        .help("The version that runs, and on which Java.")
        .labelNames("version", "java")
        .register(registry)
        .addLabelValues(version, Runtime.version().toString());
  }

  /** Shows all of them. */
  public HttpHandler page() {
    return new MetricsPage(registry);
  }

  /** Hears of all requests from now on. */
  public CompletedExchange.Listener requests() {
    return new HttpMetrics(registry);
  }

  /** The same storage, whose actions are timed. */
  public Storage metered(Storage storage) {
    MeteredStorage metered = new MeteredStorage(storage, new StorageMetrics(registry));
    gauge("stowage_uploads_open", "Uploads that somebody writes to now.", metered::openUploads);
    return metered;
  }

  /**
   * Shows a cache of the storage.
   *
   * @param requests how often it was asked since the start
   * @param hits how often it had what was asked for
   */
  public void cache(LongSupplier requests, LongSupplier hits) {
    counter("registry_storage_cache_requests_total", "Questions to the cache.", requests);
    counter("registry_storage_cache_hits_total", "Those that it could answer.", hits);
    counter("registry_storage_cache_errors_total", "Always 0: it is in memory.", () -> 0);
  }

  /** Shows the redo log of the storage. */
  public void log(LogReadings log) {
    counter("stowage_storage_log_records_total", "Changes made durable.", log.records());
    counter("stowage_storage_log_flushes_total", "The flushes they took.", log.flushes());
    counter(
        "stowage_storage_log_flush_failures_total",
        "Flushes of the log that failed.",
        log.failedFlushes());
    counter(
        "stowage_storage_log_checkpoints_total",
        "How often a file of the log was emptied.",
        log.checkpoints());
    counter(
        "stowage_storage_log_checkpoint_failures_total",
        "How often one could not be emptied.",
        log.failedCheckpoints());
    gauge("stowage_storage_log_bytes", "What a start would have to do again.", log.bytes());
  }

  /** Shows how much room there is around a folder. */
  public void disk(Path folder) {
    space(
        "stowage_storage_free_bytes",
        "What may still be written.",
        folder,
        FileStore::getUsableSpace);
    space("stowage_storage_size_bytes", "The whole file system.", folder, FileStore::getTotalSpace);
  }

  /** Shows logins by password. */
  public void logins(LoginCounts counts) {
    CounterWithCallback.builder()
        .name("stowage_logins_total")
        .help("Logins with a password: accepted, remembered, failed, throttled.")
        .labelNames("result")
        .callback(
            callback -> {
              for (LoginCounts.Result result : LoginCounts.Result.values()) {
                callback.call((double) counts.of(result), result.name().toLowerCase(Locale.ROOT));
              }
            })
        .register(registry);
  }

  /** Shows connections, and those that were not let in. */
  public void connections(Supplier<ConnectionCounts> counts) {
    gauge("stowage_http_connections", "Connections of clients.", () -> counts.get().open());
    gauge(
        "stowage_http_connections_max",
        "Connections of clients that there may be.",
        () -> counts.get().most());
    CounterWithCallback.builder()
        .name("stowage_http_connections_refused_total")
        .help("Connections not let in: too many in all, of one address, or for the system.")
        .labelNames("reason")
        .callback(
            callback -> {
              ConnectionCounts now = counts.get();
              callback.call((double) now.refused(), "total");
              callback.call((double) now.refusedOfAddress(), "address");
              callback.call((double) now.failures(), "system");
            })
        .register(registry);
  }

  /** Shows when the certificate that clients see stops being valid. */
  public void certificate(Supplier<Instant> notAfter) {
    gauge(
        "stowage_tls_certificate_expiry_timestamp_seconds",
        "When the certificate of this server ends, in seconds since 1970.",
        () -> notAfter.get().getEpochSecond());
  }

  /** Shows how many checks of health fail. */
  public void health(HealthChecks checks) {
    gauge(
        "stowage_health_checks_failing",
        "Checks of health that count as failed.",
        () -> checks.failing().size());
  }

  /** Shows what became of notifications. */
  public void notifications(EventStatistics counters) {
    NotificationMetrics.register(registry, counters);
  }

  /** Shows what the scrub does and finds. */
  public void scrub(Scrubber scrubber) {
    ScrubMetrics.register(registry, scrubber);
  }

  private void gauge(String name, String help, LongSupplier value) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call((double) value.getAsLong()))
        .register(registry);
  }

  private void counter(String name, String help, LongSupplier value) {
    CounterWithCallback.builder()
        .name(name)
        .help(help)
        .callback(callback -> callback.call((double) value.getAsLong()))
        .register(registry);
  }

  /** What is asked of a file system. */
  @FunctionalInterface
  private interface Space {
    long of(FileStore store) throws IOException;
  }

  private void space(String name, String help, Path folder, Space space) {
    GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .callback(
            callback -> {
              try {
                callback.call((double) space.of(Files.getFileStore(folder)));
              } catch (IOException e) {
                LOG.warn("{} is unknown: {}", name, e.toString());
              }
            })
        .register(registry);
  }
}
