package io.stowage.registry.server.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.stowage.registry.server.http.CompletedExchange;
import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.http.Particulars;
import io.stowage.registry.server.http.Request;
import io.stowage.registry.server.ops.Exchanges;
import io.stowage.registry.server.route.Route;
import io.stowage.registry.server.route.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

final class TracingTest {
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "b7ad6b7169203331";

  @Test
  void span_ofAManifest_saysWhatConventionsAsk() throws IOException {
    Request request =
        Exchanges.request(
            "GET",
            "/v2/a/b/manifests/x",
            "token=SECRET&n=1",
            Headers.builder()
                .add("User-Agent", "docker/28.0")
                .add("traceparent", "00-" + TRACE + "-" + PARENT + "-01")
                .build(),
            Exchanges.CLIENT);
    request.particulars().about("manifest", () -> Map.of("name", "a/b", "reference", "x"));
    CompletedExchange exchange = Exchanges.of(request, 200);

    Span span = spanOf(exchange);

    assertThat(span.getName()).isEqualTo("GET /v2/{name}/manifests/{reference}");
    assertThat(span.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
    assertThat(hex(span.getTraceId().toByteArray())).isEqualTo(TRACE);
    assertThat(hex(span.getParentSpanId().toByteArray())).isEqualTo(PARENT);
    assertThat(span.getStartTimeUnixNano()).isEqualTo(nanos(exchange.started()));
    assertThat(span.getEndTimeUnixNano() - span.getStartTimeUnixNano())
        .isEqualTo(exchange.duration().toNanos());
    assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_UNSET);
    assertThat(attributes(span.getAttributesList()))
        .containsOnly(
            Map.entry("http.request.method", "GET"),
            Map.entry("http.route", "/v2/{name}/manifests/{reference}"),
            Map.entry("http.response.status_code", "200"),
            Map.entry("http.response.body.size", "17"),
            Map.entry("url.scheme", "http"),
            Map.entry("url.path", "/v2/a/b/manifests/x"),
            Map.entry("url.query", "token=***&n=1"),
            Map.entry("user_agent.original", "docker/28.0"),
            Map.entry("client.address", "192.0.2.7"),
            Map.entry("network.peer.address", "192.0.2.7"),
            Map.entry("network.peer.port", "4711"),
            Map.entry("network.protocol.version", "1.1"),
            Map.entry("stowage.request.id", "id"),
            Map.entry("stowage.repository", "a/b"),
            Map.entry("stowage.reference", "x"));
  }

  @Test
  void span_ofAFailure_isAnError() throws IOException {
    Request request = Exchanges.request("BREW", "/tea", "", Headers.EMPTY, null);
    request.particulars().refused(new Particulars.Refusal("UNKNOWN", "unknown error", ""));

    Span span = spanOf(Exchanges.of(request, 500));

    assertThat(span.getName()).isEqualTo("HTTP");
    assertThat(span.getParentSpanId().isEmpty()).isTrue();
    assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
    assertThat(attributes(span.getAttributesList()))
        .contains(
            Map.entry("http.request.method", "_OTHER"),
            Map.entry("http.request.method_original", "BREW"),
            Map.entry("error.type", "500"),
            Map.entry("stowage.error.code", "UNKNOWN"))
        .doesNotContainKeys("client.address", "http.route");
  }

  @Test
  void span_ofARefusal_isNoError() throws IOException {
    Request request = Exchanges.request("GET", "/v2/", "", Headers.EMPTY, null);
    request.particulars().refused(new Particulars.Refusal("UNAUTHORIZED", "log in", ""));

    Span span = spanOf(Exchanges.of(request, 401));

    assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_UNSET);
    assertThat(attributes(span.getAttributesList()))
        .containsEntry("stowage.error.code", "UNAUTHORIZED")
        .doesNotContainKey("error.type");
  }

  @ParameterizedTest
  @CsvSource({
    "/v2/, /v2/",
    "/v2/_catalog, /v2/_catalog",
    "/v2/_token, /v2/_token",
    "/v2/_oci/ext/discover, /v2/_oci/ext/discover",
    "/v2/a/b/tags/list, /v2/{name}/tags/list",
    "/v2/a/b/manifests/x, /v2/{name}/manifests/{reference}",
    "/v2/a/b/blobs/DIGEST, /v2/{name}/blobs/{digest}",
    "/v2/a/b/blobs/uploads/, /v2/{name}/blobs/uploads/",
    "/v2/a/b/blobs/uploads/0af76519-16cd-43dd-8448-eb211c80319c, /v2/{name}/blobs/uploads/{uuid}",
    "/v2/a/b/referrers/DIGEST, /v2/{name}/referrers/{digest}"
  })
  void span_byResource_hasItsRoute(String path, String template) throws IOException {
    String real = path.replace("DIGEST", "sha256:" + "a".repeat(64));
    Route route = new Router("/").parse("GET", real);
    Request request = Exchanges.request("GET", real, "", Headers.EMPTY, null);
    request.particulars().about(route.resource(), route::variables);

    Span span = spanOf(Exchanges.of(request, 200));

    assertThat(span.getName()).isEqualTo("GET " + template);
    assertThat(attributes(span.getAttributesList())).containsEntry("http.route", template);
  }

  @Test
  void resource_byDefault_isDistribution() throws IOException {
    assertThat(resource(Map.of()))
        .containsEntry("service.name", "distribution")
        .containsEntry("service.version", "development")
        .containsKey("service.instance.id");
    assertThat(resource(Map.of("OTEL_SERVICE_NAME", "mine"))).containsEntry("service.name", "mine");
    assertThat(resource(Map.of("OTEL_RESOURCE_ATTRIBUTES", "service.name=ours,service.version=9")))
        .containsEntry("service.name", "ours")
        .containsEntry("service.version", "9");
  }

  @Test
  void collector_thatRefuses_isToldOnceAndOnceAgain() throws IOException {
    Logger logger = (Logger) LoggerFactory.getLogger(WatchedExporter.class);
    ListAppender<ILoggingEvent> told = new ListAppender<>();
    told.start();
    logger.addAppender(told);
    try (Collector collector = new Collector();
        Tracing tracing = Tracing.start(new TraceVariables(collector.environment()))) {
      collector.answer(400);
      tracing.completed(Exchanges.get("/1"));
      await(() -> told.list.size() == 1);
      tracing.completed(Exchanges.get("/2"));
      tracing.completed(Exchanges.get("/3"));
      // The next batch goes out only after the one before it was refused.
      await(() -> collector.refused() >= 2);
      collector.answer(200);
      await(
          () -> {
            tracing.completed(Exchanges.get("/4"));
            return told.list.size() == 2;
          });
    } finally {
      logger.detachAppender(told);
    }

    assertThat(told.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .satisfiesExactly(
            first -> assertThat(first).startsWith("traces can't be sent, and are dropped"),
            second -> assertThat(second).matches("traces can be sent again; \\d+ were dropped"));
  }

  @Test
  void collector_thatNeverAnswers_holdsNobodyUp() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Tracing tracing =
          Tracing.start(
              new TraceVariables(
                  Map.of(
                      "OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:" + silent.getLocalPort())));

      long before = System.nanoTime();
      for (int i = 0; i < 10_000; i++) {
        tracing.completed(Exchanges.get("/" + i));
      }
      tracing.close();

      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(9));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "OTEL_EXPORTER_OTLP_PROTOCOL, grpc, grpc is not spoken here (expected: http/protobuf)",
    "OTEL_TRACES_EXPORTER, zipkin, zipkin"
  })
  void start_withWhatCannotBeHad_isRefused(String variable, String value, String reason) {
    TraceVariables variables =
        new TraceVariables(Map.of("OTEL_EXPORTER_OTLP_ENDPOINT", "http://x", variable, value));

    assertThatThrownBy(() -> Tracing.start(variables))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("OTEL_")
        .hasMessageContaining(reason);
  }

  private static Span spanOf(CompletedExchange exchange) throws IOException {
    try (Collector collector = new Collector()) {
      try (Tracing tracing = Tracing.start(new TraceVariables(collector.environment()))) {
        tracing.completed(exchange);
      }
      assertThat(collector.spans()).hasSize(1);
      return collector.spans().getFirst();
    }
  }

  private static Map<String, String> resource(Map<String, String> more) throws IOException {
    try (Collector collector = new Collector()) {
      Map<String, String> environment = collector.environment();
      environment.putAll(more);
      try (Tracing tracing = Tracing.start(new TraceVariables(environment))) {
        tracing.completed(Exchanges.get("/"));
      }
      return attributes(collector.received().getFirst().getResource().getAttributesList());
    }
  }

  private static Map<String, String> attributes(List<KeyValue> attributes) {
    Map<String, String> texts = new HashMap<>();
    attributes.forEach(attribute -> texts.put(attribute.getKey(), text(attribute.getValue())));
    return texts;
  }

  private static String text(AnyValue value) {
    return value.hasIntValue() ? Long.toString(value.getIntValue()) : value.getStringValue();
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  private static long nanos(Instant instant) {
    return TimeUnit.SECONDS.toNanos(instant.getEpochSecond()) + instant.getNano();
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
    }
  }
}
