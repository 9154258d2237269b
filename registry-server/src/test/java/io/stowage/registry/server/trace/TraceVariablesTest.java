package io.stowage.registry.server.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TraceVariablesTest {
  private static TraceVariables variables(String text) {
    Map<String, String> environment =
        Arrays.stream(text.split(" "))
            .filter(pair -> !pair.isEmpty())
            .map(pair -> pair.split("=", 2))
            .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
    return new TraceVariables(environment);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "OTEL_TRACES_EXPORTER=otlp",
        "OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://collector:4318/v1/traces",
        "OTEL_TRACES_EXPORTER= OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318",
        "OTEL_TRACES_EXPORTER=otlp OTEL_SDK_DISABLED=false"
      })
  void wanted_whereSomebodyNamesAReceiver_isTrue(String text) {
    assertThat(variables(text).wanted()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "OTEL_SERVICE_NAME=registry",
        "OTEL_TRACES_EXPORTER=none",
        "OTEL_TRACES_EXPORTER=none OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318",
        "OTEL_TRACES_EXPORTER=otlp OTEL_SDK_DISABLED=TRUE",
        "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=http://collector:4318",
        "OTEL_EXPORTER_OTLP_ENDPOINT="
      })
  void wanted_otherwise_isFalse(String text) {
    assertThat(variables(text).wanted()).isFalse();
  }

  @Test
  void properties_haveTheNamesOfOpenTelemetry() {
    assertThat(variables("OTEL_BSP_SCHEDULE_DELAY=100 OTEL_X= REGISTRY_HTTP_ADDR=:1").properties())
        .containsExactly(Map.entry("otel.bsp.schedule.delay", "100"));
  }
}
