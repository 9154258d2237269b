package io.stowage.registry.server;

import io.stowage.registry.config.DebugSettings;
import io.stowage.registry.config.ListenAddress;
import io.stowage.registry.event.EventStatistics;
import io.stowage.registry.server.access.LoginCounts;
import io.stowage.registry.server.http.CompletedExchange;
import io.stowage.registry.server.http.HttpHandler;
import io.stowage.registry.server.http.HttpServer;
import io.stowage.registry.server.http.HttpServerSettings;
import io.stowage.registry.server.http.Limits;
import io.stowage.registry.server.metrics.LogReadings;
import io.stowage.registry.server.metrics.RegistryMetrics;
import io.stowage.registry.server.ops.DebugHandler;
import io.stowage.registry.server.ops.HealthChecks;
import io.stowage.registry.server.ops.ProbeHandler;
import io.stowage.registry.server.ops.ProcessIdentity;
import io.stowage.registry.server.ops.Readiness;
import io.stowage.registry.server.ops.VarsPage;
import io.stowage.registry.storage.Storage;
import io.stowage.registry.storage.filesystem.FileStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators see besides the logs: metrics, and the listener that shows them. Metrics are shown
 * nowhere else, so without that listener nothing is counted.
 */
final class OperatorAssembly {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorAssembly.class);

  /** Of the listener: a few scrapers, probes and operators have one or two each. */
  static final int MAX_CONNECTIONS = 64;

  private final DebugSettings settings;
  private final HealthChecks health;
  private final Readiness readiness;
  private final EventStatistics notifications;
  private final @Nullable RegistryMetrics metrics;

  OperatorAssembly(
      DebugSettings settings,
      HealthChecks health,
      Readiness readiness,
      EventStatistics notifications) {
    this.settings = settings;
    this.health = health;
    this.readiness = readiness;
    this.notifications = notifications;
    this.metrics =
        settings.metricsPath() == null ? null : new RegistryMetrics(ProcessIdentity.version());
  }

  /** Hears of all requests; null if nothing is counted. */
  CompletedExchange.@Nullable Listener requests() {
    return metrics == null ? null : metrics.requests();
  }

  /**
   * Counts, if anything is counted at all, what there is to count.
   *
   * @param root of the storage
   * @param tls null if there is none
   * @return the storage to be served
   */
  Storage watch(FileStorage storage, Path root, LoginCounts logins, @Nullable TlsAssembly tls) {
    if (metrics == null) {
      return storage;
    }
    metrics.health(health);
    metrics.logins(logins);
    metrics.notifications(notifications);
    metrics.disk(root);
    metrics.scrub(storage.scrubber());
    metrics.cache(() -> storage.manifestCache().requests(), () -> storage.manifestCache().hits());
    metrics.log(
        new LogReadings(
            () -> storage.log().records(),
            () -> storage.log().flushes(),
            () -> storage.log().failedFlushes(),
            () -> storage.log().checkpoints(),
            () -> storage.log().failedCheckpoints(),
            () -> storage.log().bytes()));
    if (tls != null) {
      metrics.certificate(tls::notAfter);
    }
    return metrics.metered(storage);
  }

  /** Counts the connections of the server, too, if anything is counted at all. */
  void watch(HttpServer server) {
    if (metrics != null) {
      metrics.connections(server::connections);
    }
  }

  /** Listens, in the clear, until the caller closes it. */
  HttpServer start() throws IOException {
    if (!(settings.address() instanceof ListenAddress.Tcp(String host, int port))) {
      throw new IllegalStateException("address: " + settings.address() + " (expected: TCP)");
    }
    HttpServer server =
        HttpServer.start(
            HttpServerSettings.at(host, port)
                .withFixedLimits(Limits.DEFAULTS.withMaxConnections(MAX_CONNECTIONS)),
            new ProbeHandler(readiness, new DebugHandler(pages())),
            exchange -> {});
    LOG.info("debug server listening {}", new ListenAddress.Tcp(host, server.address().getPort()));
    return server;
  }

  private Map<String, HttpHandler> pages() {
    Map<String, HttpHandler> pages = new HashMap<>();
    pages.put("/debug/health", DebugHandler.health(health));
    pages.put("/debug/vars", new VarsPage(ProcessIdentity.version(), notifications));
    if (metrics != null && settings.metricsPath() != null) {
      pages.put(settings.metricsPath(), metrics.page());
      LOG.info("providing prometheus metrics on {}", settings.metricsPath());
    }
    return pages;
  }
}
