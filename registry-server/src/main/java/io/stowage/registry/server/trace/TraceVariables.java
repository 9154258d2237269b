package io.stowage.registry.server.trace;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What the variables {@code OTEL_*} of an environment ask for (OpenTelemetry, "Environment Variable
 * Specification").
 */
public final class TraceVariables {
  private final Map<String, String> environment;

  public TraceVariables(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /**
   * Whether traces are wanted: somebody names an exporter or a collector. Distribution sends them
   * to this machine if nobody does.
   */
  public boolean wanted() {
    if (value("OTEL_SDK_DISABLED").equalsIgnoreCase("true")) {
      return false;
    }
    String exporter = value("OTEL_TRACES_EXPORTER");
    return exporter.isEmpty()
        ? !value("OTEL_EXPORTER_OTLP_ENDPOINT").isEmpty()
            || !value("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT").isEmpty()
        : !exporter.equals("none");
  }

  /** How a collector is spoken to, unless the default is meant, which is empty. */
  String protocol() {
    String ofTraces = value("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL");
    return ofTraces.isEmpty() ? value("OTEL_EXPORTER_OTLP_PROTOCOL") : ofTraces;
  }

  /** Whether the service has a name. */
  boolean namesService() {
    return !value("OTEL_SERVICE_NAME").isEmpty()
        || value("OTEL_RESOURCE_ATTRIBUTES").contains("service.name=");
  }

  /** The variables as the properties that OpenTelemetry makes of them. */
  Map<String, String> properties() {
    Map<String, String> properties = new HashMap<>();
    environment.forEach(
        (name, value) -> {
          if (name.startsWith("OTEL_") && !value.isBlank()) {
            properties.put(name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
          }
        });
    return properties;
  }

  private String value(String name) {
    return environment.getOrDefault(name, "").strip();
  }
}
