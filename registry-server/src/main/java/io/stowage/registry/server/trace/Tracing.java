package io.stowage.registry.server.trace;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.semconv.ServiceAttributes;
import io.stowage.registry.server.http.CompletedExchange;
import io.stowage.registry.server.ops.ProcessIdentity;
import java.io.Closeable;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.slf4j.bridge.SLF4JBridgeHandler;

/**
 * Makes a span of each request and has OpenTelemetry send it. Spans wait in a bounded queue for a
 * thread of its own; what doesn't fit is dropped. A collector that is slow or gone holds up
 * nothing.
 */
public final class Tracing implements CompletedExchange.Listener, Closeable {
  private static final AttributeKey<String> INSTANCE_ID =
      AttributeKey.stringKey("service.instance.id");
  private static final String SERVICE = "distribution";
  private static final String HTTP = "http/protobuf";
  private static final long PATIENCE_MILLIS = 1000;

  private final OpenTelemetrySdk sdk;
  private final SdkLog log;
  private final RequestSpans spans;

  private Tracing(OpenTelemetrySdk sdk, SdkLog log) {
    this.sdk = sdk;
    this.log = log;
    this.spans = new RequestSpans(sdk);
  }

  /**
   * Begins to trace.
   *
   * @throws IOException if the variables ask for what can't be had
   */
  public static Tracing start(TraceVariables variables) throws IOException {
    if (!variables.protocol().isEmpty() && !variables.protocol().equals(HTTP)) {
      throw new IOException(
          "OTEL_EXPORTER_OTLP_PROTOCOL: %s is not spoken here (expected: %s)"
              .formatted(variables.protocol(), HTTP));
    }
    SdkLog log = SdkLog.open();
    try {
      return new Tracing(sdk(variables), log);
    } catch (ConfigurationException | IllegalArgumentException | IllegalStateException e) {
      log.close();
      throw new IOException("traces (OTEL_*): " + e.getMessage(), e);
    }
  }

  private static OpenTelemetrySdk sdk(TraceVariables variables) {
    return AutoConfiguredOpenTelemetrySdk.builder()
        .disableShutdownHook()
        .addPropertiesSupplier(() -> defaults(variables))
        .addPropertiesCustomizer(properties -> overrides(variables))
        .addResourceCustomizer(Tracing::resource)
        .addSpanExporterCustomizer((exporter, properties) -> new WatchedExporter(exporter))
        .build()
        .getOpenTelemetrySdk();
  }

  /** Where nobody says otherwise, as distribution has it. */
  private static Map<String, String> defaults(TraceVariables variables) {
    Map<String, String> defaults = new HashMap<>();
    defaults.put("otel.exporter.otlp.protocol", HTTP);
    if (!variables.namesService()) {
      defaults.put("otel.service.name", SERVICE);
    }
    return defaults;
  }

  /** Of the three signals this is about one; metrics and logs have ways of their own. */
  private static Map<String, String> overrides(TraceVariables variables) {
    Map<String, String> overrides = variables.properties();
    overrides.put("otel.metrics.exporter", "none");
    overrides.put("otel.logs.exporter", "none");
    return overrides;
  }

  private static Resource resource(Resource others, ConfigProperties properties) {
    Attributes own =
        Attributes.of(
            ServiceAttributes.SERVICE_VERSION,
            ProcessIdentity.version(),
            INSTANCE_ID,
            ProcessIdentity.INSTANCE_ID);
    return Resource.create(own).merge(others);
  }

  @Override
  public void completed(CompletedExchange exchange) {
    spans.add(exchange);
  }

  /** Sends what waits, but not for long. */
  @Override
  public void close() {
    sdk.shutdown().join(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    log.close();
  }

  /**
   * What OpenTelemetry says of itself goes to the application log instead of the error stream,
   * where it would stand among lines of another format. What its exporters say is not said at all:
   * {@link WatchedExporter} says it once.
   */
  private static final class SdkLog implements Closeable {
    private final Logger all = Logger.getLogger("io.opentelemetry");
    private final Logger exporters = Logger.getLogger("io.opentelemetry.exporter");
    private final SLF4JBridgeHandler bridge = new SLF4JBridgeHandler();

    static SdkLog open() {
      SdkLog log = new SdkLog();
      log.all.setUseParentHandlers(false);
      log.all.addHandler(log.bridge);
      log.exporters.setLevel(Level.OFF);
      return log;
    }

    @Override
    public void close() {
      all.removeHandler(bridge);
    }
  }
}
