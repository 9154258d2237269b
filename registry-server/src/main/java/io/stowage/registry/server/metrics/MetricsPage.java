package io.stowage.registry.server.metrics;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.http.HttpHandler;
import io.stowage.registry.server.http.Request;
import io.stowage.registry.server.http.Response;
import io.stowage.registry.server.http.ResponseBody;
import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** All metrics in the format that {@code Accept} asks for: OpenMetrics, or Prometheus' own. */
final class MetricsPage implements HttpHandler {
  private final PrometheusRegistry registry;
  private final ExpositionFormats formats = ExpositionFormats.init();

  MetricsPage(PrometheusRegistry registry) {
    this.registry = registry;
  }

  @Override
  public Response handle(Request request) throws IOException {
    String accept = request.headers().first("Accept").orElse("");
    ExpositionFormatWriter writer = writer(accept);
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    writer.write(page, registry.scrape(), EscapingScheme.fromAcceptHeader(accept));
    return new Response(
        200,
        Headers.of("Content-Type", writer.getContentType()),
        new ResponseBody.Bytes(page.toByteArray()));
  }

  /** A scraper that likes Protobuf best, as one that collects native histograms, names text too. */
  private ExpositionFormatWriter writer(String accept) {
    ExpositionFormatWriter openMetrics = formats.getOpenMetricsTextFormatWriter();
    return openMetrics.accepts(accept) ? openMetrics : formats.getPrometheusTextFormatWriter();
  }
}
