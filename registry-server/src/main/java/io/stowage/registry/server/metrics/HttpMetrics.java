package io.stowage.registry.server.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.stowage.registry.server.http.CompletedExchange;
import io.stowage.registry.server.http.Particulars;
import io.stowage.registry.server.http.Request;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;

/**
 * Requests under distribution's names. Every label has a closed set of values, so that clients
 * can't make up series: a path never is one, and what is none of ours counts as {@code other}.
 */
final class HttpMetrics implements CompletedExchange.Listener {
  /** The kinds of resources, as routes name them. */
  static final Set<String> HANDLERS =
      Set.of(
          "base",
          "catalog",
          "tags",
          "manifest",
          "blob",
          "blob_upload",
          "blob_upload_chunk",
          "referrers",
          "token",
          "credentials",
          "discovery",
          "probe");

  static final Set<String> METHODS =
      Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

  static final String OTHER = "other";

  private static final double NANOS = Duration.ofSeconds(1).toNanos();
  private static final double[] SECONDS = {
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60
  };
  private static final double FIRST_BYTES = 1024;
  private static final int BYTES_BUCKETS = 22; // to 2 GiB, doubling

  private final Counter requests;
  private final Gauge inFlight;
  private final Histogram durations;
  private final Histogram requestSizes;
  private final Histogram responseSizes;

  HttpMetrics(PrometheusRegistry registry) {
    requests =
        Counter.builder()
            .name("registry_http_requests_total")
            .help("Requests that were answered, or whose client went away (code 499).")
            .labelNames("code", "handler", "method")
            .withoutExemplars()
            .register(registry);
    inFlight =
        Gauge.builder()
            .name("registry_http_in_flight_requests")
            .help("Requests that are being answered now.")
            .labelNames("handler")
            .withoutExemplars()
            .register(registry);
    HANDLERS.forEach(inFlight::initLabelValues);
    durations =
        Histogram.builder()
            .name("registry_http_request_duration_seconds")
            .help("From the complete head of a request to the last byte of the response.")
            .labelNames("handler", "method")
            .classicOnly()
            .classicUpperBounds(SECONDS)
            .withoutExemplars()
            .register(registry);
    requestSizes = sizes(registry, "registry_http_request_size_bytes", "Requests, with heads.");
    responseSizes =
        sizes(registry, "registry_http_response_size_bytes", "Responses, without heads.");
  }

  private static Histogram sizes(PrometheusRegistry registry, String name, String help) {
    return Histogram.builder()
        .name(name)
        .help(help)
        .labelNames("handler")
        .classicOnly()
        .classicExponentialUpperBounds(FIRST_BYTES, 2, BYTES_BUCKETS)
        .withoutExemplars()
        .register(registry);
  }

  @Override
  public void begun(String resource) {
    inFlight.labelValues(handler(resource)).inc();
  }

  @Override
  public void completed(CompletedExchange exchange) {
    Request request = exchange.request();
    String resource = request.particulars().resource();
    String handler = handler(resource);
    String method = method(request.method());
    if (!resource.equals(Particulars.NO_RESOURCE)) {
      inFlight.labelValues(handler).dec();
    }
    requests.labelValues(Integer.toString(exchange.status()), handler, method).inc();
    durations.labelValues(handler, method).observe(exchange.duration().toNanos() / NANOS);
    requestSizes.labelValues(handler).observe((double) size(request));
    responseSizes.labelValues(handler).observe((double) exchange.bytesSent());
  }

  private static String handler(String resource) {
    return HANDLERS.contains(resource) ? resource : OTHER;
  }

  private static String method(String name) {
    return METHODS.contains(name) ? name.toLowerCase(Locale.ROOT) : OTHER;
  }

  /** About: spaces and line ends are left out, as distribution does. */
  private static long size(Request request) {
    long[] bytes = {
      request.method().length() + request.target().length() + request.version().length()
    };
    request.headers().forEach((name, value) -> bytes[0] += name.length() + value.length());
    return bytes[0] + request.particulars().bodyBytes();
  }
}
