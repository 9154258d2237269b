package io.stowage.registry.server;

import static io.stowage.registry.server.RegistryClient.blob;
import static io.stowage.registry.server.RegistryClient.manifest;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.server.http.WireClient;
import io.stowage.registry.server.http.WireClient.WireResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a whole registry counts, as the page of metrics shows it. */
class MetricsTest {
  private static final Content BLOB = Content.random(3000);

  /** A line with a value: the name, the labels, the value. */
  private static final Pattern SAMPLE =
      Pattern.compile("^([a-z_]+)(?:\\{(.*)})? \\S+$", Pattern.MULTILINE);

  private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

  @TempDir private Path folder;

  private RunningRegistry start(String... variablesAndValues) throws Exception {
    Map<String, String> environment = new HashMap<>();
    for (int i = 0; i < variablesAndValues.length; i += 2) {
      environment.put(variablesAndValues[i], variablesAndValues[i + 1]);
    }
    return RunningRegistry.start(folder, environment);
  }

  /** Does one of everything. */
  private static void use(RegistryClient registry) throws IOException {
    registry.pushBlob("a", BLOB);
    registry.get(blob("a", BLOB.digest()));
    registry.pushNamed("a", "one", "v1");
    registry.get(manifest("a", "v1"));
    registry.get(manifest("a", "v1")); // from the cache
    registry.get("/v2/a/tags/list");
    registry.delete(manifest("a", "v1"));
    registry.get("/v2/");
  }

  private static String page(RunningRegistry registry) throws IOException {
    WireResponse page = registry.debug("/metrics");
    assertThat(page.status()).isEqualTo(200);
    return page.text();
  }

  private static List<MatchResult> labels(MatchResult sample) {
    String labels = sample.group(2);
    return labels == null ? List.of() : LABEL.matcher(labels).results().toList();
  }

  // --- names

  @Test
  @DisplayName("8.2: distribution's names and labels, and ours")
  void names_ofAUsedRegistry_areTheseWithTheseLabels() throws Exception {
    TlsPair tls = TlsPair.make(folder);
    Map<String, SortedSet<String>> actual;
    try (RunningRegistry registry =
        start(
            "REGISTRY_HTTP_TLS_CERTIFICATE", tls.certificate().toString(),
            "REGISTRY_HTTP_TLS_KEY", tls.key().toString())) {
      try (WireClient client = tls.connect(registry.address())) {
        client.get("/v2/");
      }
      ApiTest.await(() -> page(registry), page -> page.contains("registry_http_requests_total{"));
      actual = labelsByName(page(registry));
    }
    assertThat(actual.keySet())
        .anyMatch(name -> name.startsWith("jvm_"))
        .contains("process_cpu_seconds_total", "process_start_time_seconds", "process_open_fds");
    actual.keySet().removeIf(name -> name.startsWith("jvm_") || name.startsWith("process_"));
    assertThat(actual).containsExactlyEntriesOf(expected());
  }

  private static Map<String, SortedSet<String>> expected() {
    Map<String, SortedSet<String>> names = new TreeMap<>();
    Stream.of(
            "registry_http_requests_total code handler method",
            "registry_http_request_duration_seconds handler method",
            "registry_http_in_flight_requests handler",
            "registry_http_request_size_bytes handler",
            "registry_http_response_size_bytes handler",
            "registry_storage_action_seconds action driver",
            "registry_storage_cache_requests_total",
            "registry_storage_cache_hits_total",
            "registry_storage_cache_errors_total",
            "stowage_build_info java version",
            "stowage_health_checks_failing",
            "stowage_http_connections",
            "stowage_http_connections_max",
            "stowage_http_connections_refused_total reason",
            "stowage_logins_total result",
            "stowage_scrub_files_total result",
            "stowage_scrub_progress_ratio",
            "stowage_scrub_read_bytes_total",
            "stowage_storage_free_bytes",
            "stowage_storage_log_bytes",
            "stowage_storage_log_checkpoint_failures_total",
            "stowage_storage_log_checkpoints_total",
            "stowage_storage_log_flush_failures_total",
            "stowage_storage_log_flushes_total",
            "stowage_storage_log_records_total",
            "stowage_storage_size_bytes",
            "stowage_tls_certificate_expiry_timestamp_seconds",
            "stowage_uploads_open")
        .map(line -> line.split(" "))
        .forEach(
            words -> names.put(words[0], new TreeSet<>(List.of(words).subList(1, words.length))));
    return names;
  }

  private static Map<String, SortedSet<String>> labelsByName(String page) {
    Matcher samples = SAMPLE.matcher(page);
    return samples
        .results()
        .collect(
            Collectors.groupingBy(
                sample -> sample.group(1).replaceFirst("_(bucket|count|sum)$", ""),
                TreeMap::new,
                Collectors.flatMapping(
                    sample -> labels(sample).stream().map(label -> label.group(1)),
                    Collectors.filtering(
                        label -> !label.equals("le"), toCollection(TreeSet::new)))));
  }

  @Test
  @DisplayName("8.2: the bounds of distribution")
  void buckets_areThoseOfDistribution() throws Exception {
    try (RunningRegistry registry = start()) {
      use(registry.client());
      String page = page(registry);

      assertThat(bounds(page, "registry_http_request_duration_seconds_bucket"))
          .containsExactly(
              0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0, 60.0);
      assertThat(bounds(page, "registry_storage_action_seconds_bucket"))
          .containsExactly(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0);
      assertThat(bounds(page, "registry_http_request_size_bytes_bucket"))
          .hasSize(22)
          .startsWith(1024.0, 2048.0)
          .endsWith(1024.0 * (1 << 21));
    }
  }

  private static List<Double> bounds(String page, String name) {
    return SAMPLE
        .matcher(page)
        .results()
        .filter(sample -> sample.group(1).equals(name))
        .flatMap(sample -> labels(sample).stream())
        .filter(label -> label.group(1).equals("le") && !label.group(2).equals("+Inf"))
        .map(label -> Double.valueOf(label.group(2)))
        .distinct()
        .sorted()
        .toList();
  }

  @Test
  void page_asOpenMetrics_isThatWhereAccepted() throws Exception {
    try (RunningRegistry registry = start()) {
      assertThat(registry.debug("/metrics").header("Content-Type"))
          .contains("text/plain; version=0.0.4; charset=utf-8");
      WireResponse page =
          registry.debugAccepting("/metrics", "application/openmetrics-text; version=1.0.0");
      assertThat(page.header("Content-Type").orElseThrow())
          .startsWith("application/openmetrics-text");
      assertThat(page.text()).endsWith("# EOF\n");
    }
  }

  @Test
  void page_forScrapersThatLikeProtobufBest_isText() throws Exception {
    String protobuf =
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";
    try (RunningRegistry registry = start()) {
      assertThat(registry.debugAccepting("/metrics", protobuf).header("Content-Type"))
          .contains("text/plain; version=0.0.4; charset=utf-8");
      WireResponse page =
          registry.debugAccepting(
              "/metrics", protobuf + ";q=0.6, application/openmetrics-text;version=1.0.0;q=0.5");
      assertThat(page.header("Content-Type").orElseThrow())
          .startsWith("application/openmetrics-text");
    }
  }

  // --- values

  @Test
  void requests_ofEveryKind_areCountedByCodeHandlerAndMethod() throws Exception {
    try (RunningRegistry registry = start()) {
      use(registry.client());
      registry.plain("GET", "/readyz");
      registry.client().get("/v2/nowhere");

      for (String labels :
          List.of(
              "code=\"200\",handler=\"base\",method=\"get\"",
              "code=\"200\",handler=\"blob\",method=\"get\"",
              "code=\"200\",handler=\"tags\",method=\"get\"",
              "code=\"201\",handler=\"manifest\",method=\"put\"",
              "code=\"202\",handler=\"manifest\",method=\"delete\"",
              "code=\"200\",handler=\"probe\",method=\"get\"",
              "code=\"404\",handler=\"other\",method=\"get\"")) {
        String series = "registry_http_requests_total{" + labels + "}";
        assertThat(ApiTest.await(() -> registry.metric(series), count -> count == 1))
            .as(series)
            .isEqualTo(1);
      }
    }
  }

  @Test
  void sizes_ofRequestsAndResponses_haveTheirBytes() throws Exception {
    try (RunningRegistry registry = start()) {
      use(registry.client());

      double response =
          ApiTest.await(
              () -> registry.metric("registry_http_response_size_bytes_sum{handler=\"blob\"}"),
              bytes -> bytes > 0);
      assertThat(response).isEqualTo(BLOB.size());
      assertThat(registry.metric("registry_http_request_size_bytes_sum{handler=\"blob_upload\"}"))
          .isBetween((double) BLOB.size(), BLOB.size() + 2000.0);
    }
  }

  @Test
  void storage_byAction_isTimed() throws Exception {
    try (RunningRegistry registry = start()) {
      use(registry.client());

      for (String action :
          List.of(
              "GetContent", "PutContent", "Reader", "Writer", "Stat", "List", "Move", "Delete")) {
        assertThat(
                registry.metric(
                    "registry_storage_action_seconds_count{action=\""
                        + action
                        + "\",driver=\"filesystem\"}"))
            .as(action)
            .isPositive();
      }
      assertThat(registry.metric("registry_storage_cache_requests_total")).isPositive();
      assertThat(registry.metric("registry_storage_cache_hits_total")).isPositive();
      assertThat(registry.metric("stowage_storage_free_bytes")).isPositive();
      assertThat(registry.metric("stowage_storage_log_records_total")).isPositive();
      assertThat(registry.metric("stowage_storage_log_flushes_total")).isPositive();
    }
  }

  @Test
  void inFlight_duringAnUploadWhoseClientGoes_isCountedUpAndDown() throws Exception {
    String inFlight = "registry_http_in_flight_requests{handler=\"blob_upload_chunk\"}";
    try (RunningRegistry registry = start()) {
      String upload = registry.client().startUpload("a");
      assertThat(registry.metric(inFlight)).isZero();
      try (WireClient pushing = registry.client().connect()) {
        registry.client().call("PATCH", upload).body(BLOB).sendHead(pushing);
        pushing.send(BLOB.slice(0, 1000));
        ApiTest.await(() -> registry.metric(inFlight), count -> count == 1);
        ApiTest.await(() -> registry.metric("stowage_uploads_open"), count -> count == 1);
        pushing.reset();
      }
      ApiTest.await(() -> registry.metric(inFlight), count -> count == 0);
      ApiTest.await(() -> registry.metric("stowage_uploads_open"), count -> count == 0);
    }
  }

  // --- attacks

  @Test
  @DisplayName("a client can't make up series, whatever it sends")
  void series_whateverClientsSend_stayTheSame() throws Exception {
    try (RunningRegistry registry = start()) {
      int requests = attack(registry, 0);
      int known = series(registry, requests);
      for (int round = 1; round < 20; round++) {
        requests += attack(registry, round);
      }

      assertThat(series(registry, requests)).isEqualTo(known);
      assertThat(page(registry)).doesNotContain("made-up", "MADEUP");
    }
  }

  /** Sends many requests, and tells how many. */
  private static int attack(RunningRegistry registry, int round) throws IOException {
    int sent = 0;
    for (String method : List.of("GET", "PUT", "MADEUP" + round, "get")) {
      for (String path :
          List.of(
              "/made-up-" + round,
              "/v2/made-up-" + round + "/tags/list",
              "/v2/made-up-" + round + "/manifests/v" + round,
              "/v2/made-up-" + round + "/blobs/nonsense",
              "/v2/_stowage/made-up-" + round)) {
        registry.plain(method, path);
        sent++;
      }
    }
    return sent;
  }

  /** How many series of requests there are, once that many requests are counted. */
  private static int series(RunningRegistry registry, int requests) throws IOException {
    ApiTest.await(() -> sum(registry), sum -> sum == requests);
    return (int) page(registry).lines().filter(line -> line.startsWith("registry_http_")).count();
  }

  private static double sum(RunningRegistry registry) throws IOException {
    return page(registry)
        .lines()
        .filter(line -> line.startsWith("registry_http_requests_total{"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }
}
