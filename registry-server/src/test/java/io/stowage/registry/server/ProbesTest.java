package io.stowage.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.server.http.WireClient;
import io.stowage.registry.server.http.WireClient.WireResponse;
import io.stowage.registry.server.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What orchestrators and operators ask a whole registry: probes, and the pages of checks. */
class ProbesTest {
  private static final Content BLOB = Content.random(1000);

  @TempDir private Path folder;

  private RunningRegistry start(String... variablesAndValues) throws Exception {
    Map<String, String> environment = new HashMap<>();
    for (int i = 0; i < variablesAndValues.length; i += 2) {
      environment.put(variablesAndValues[i], variablesAndValues[i + 1]);
    }
    return RunningRegistry.start(folder.resolve("data"), environment);
  }

  private static Map<?, ?> json(WireResponse response) throws Exception {
    assertThat(response.header("Content-Type")).contains("application/json");
    return Json.read(response.body(), Map.class);
  }

  // --- probes

  @Test
  @DisplayName("10-35")
  void probes_ofAHealthyRegistry_are200OnBothPorts() throws Exception {
    try (RunningRegistry registry = start("REGISTRY_HTTP_PREFIX", "/below/")) {
      for (WireResponse live : List.of(registry.plain("GET", "/livez"), registry.debug("/livez"))) {
        assertThat(live.status()).isEqualTo(200);
        assertThat(json(live)).isEqualTo(Map.of("status", "alive"));
        assertThat(live.header("Cache-Control")).contains("no-store");
        assertThat(live.header("X-Request-Id")).isPresent();
      }
      for (WireResponse ready :
          List.of(registry.plain("GET", "/readyz"), registry.debug("/readyz"))) {
        assertThat(ready.status()).isEqualTo(200);
        assertThat(json(ready)).isEqualTo(Map.of("status", "ready"));
      }
      assertThat(registry.plain("HEAD", "/readyz").status()).isEqualTo(200);
    }
  }

  @Test
  void probes_withAnotherMethod_are405() throws Exception {
    try (RunningRegistry registry = start()) {
      for (String target : List.of("/livez", "/readyz")) {
        WireResponse refusal = registry.plain("DELETE", target);
        assertThat(refusal.status()).isEqualTo(405);
        assertThat(refusal.header("Allow")).contains("GET, HEAD");
      }
    }
  }

  @Test
  @DisplayName("10-35, 10-36: and nobody outside hears what is checked")
  void readyz_withAFailingCheck_is503UntilItSucceeds() throws Exception {
    Path down = folder.resolve("secret-name");
    try (RunningRegistry registry =
        start("REGISTRY_HEALTH_FILE", "[{file: " + down + ", interval: 20ms}]")) {
      Files.createFile(down);
      WireResponse refusal =
          ApiTest.await(() -> registry.plain("GET", "/readyz"), answer -> answer.status() != 200);

      assertThat(refusal.status()).isEqualTo(503);
      assertThat(refusal.header("Retry-After").orElseThrow()).matches("[1-9][0-9]*");
      assertThat(json(refusal))
          .isEqualTo(Map.of("status", "not ready", "reasons", List.of("health check failed")));
      assertThat(registry.plain("GET", "/livez").status()).isEqualTo(200);
      assertThat(registry.plain("GET", "/").status()).isEqualTo(200);

      Files.delete(down);
      ApiTest.await(() -> registry.plain("GET", "/readyz").status(), status -> status == 200);
    }
  }

  @Test
  void readyz_whileRequestsInFlightFinish_is503OnTheDebugPort() throws Exception {
    try (RunningRegistry registry = start();
        WireClient pushing = registry.client().connect()) {
      String upload = registry.client().startUpload("a");
      registry
          .client()
          .call("PUT", upload + "?digest=" + BLOB.digest())
          .body(BLOB)
          .sendHead(pushing);
      pushing.send(BLOB.slice(0, 500));
      ApiTest.await(
          () -> registry.metric("registry_http_in_flight_requests{handler=\"blob_upload_chunk\"}"),
          inFlight -> inFlight == 1);
      Thread stopping = Thread.ofVirtual().start(() -> registry.stop(Duration.ofSeconds(20)));

      WireResponse draining =
          ApiTest.await(() -> registry.debug("/readyz"), answer -> answer.status() != 200);
      assertThat(draining.status()).isEqualTo(503);
      assertThat(json(draining))
          .isEqualTo(Map.of("status", "not ready", "reasons", List.of("stopping")));
      assertThat(registry.debug("/livez").status()).isEqualTo(200);

      pushing.send(BLOB.slice(500, 1000));
      assertThat(pushing.readResponse().status()).isEqualTo(201);
      stopping.join();
    }
  }

  @Test
  @DisplayName("probes don't fill the log")
  void accessLog_ofProbes_isEmpty() throws Exception {
    RunningRegistry registry = start();
    try (registry) {
      registry.plain("GET", "/livez");
      registry.plain("GET", "/readyz");
      registry.plain("GET", "/");
    }
    assertThat(registry.accessLog().lines())
        .singleElement()
        .satisfies(line -> assertThat(line).contains("\"GET / HTTP/1.1\" 200"));
  }

  // --- pages for operators

  @Test
  void debugHealth_ofAHealthyRegistry_isAnEmptyObject() throws Exception {
    try (RunningRegistry registry = start("REGISTRY_HEALTH_STORAGEDRIVER_ENABLED", "true")) {
      WireResponse health = registry.debug("/debug/health");

      assertThat(health.status()).isEqualTo(200);
      assertThat(health.text()).isEqualTo("{}\n");
    }
  }

  @Test
  @DisplayName("the names of distribution, and no password of a URL (SL-1)")
  void debugHealth_ofFailingChecks_namesAllOfThem() throws Exception {
    Path down = Files.createFile(folder.resolve("down"));
    Files.createDirectory(folder.resolve("data"));
    try (RunningRegistry registry =
        start(
            "REGISTRY_HEALTH_STORAGEDRIVER_ENABLED", "true",
            "REGISTRY_HEALTH_STORAGEDRIVER_INTERVAL", "20ms",
            "REGISTRY_HEALTH_FILE", "[{file: " + down + ", interval: 20ms}]",
            "REGISTRY_HEALTH_TCP", "[{addr: 'host.invalid:1', interval: 20ms, timeout: 5s}]",
            "REGISTRY_HEALTH_HTTP",
                "[{uri: 'http://user:hunter2@127.0.0.1:1/x', interval: 20ms, timeout: 5s}]")) {
      Files.move(folder.resolve("data"), folder.resolve("gone"));
      WireResponse health =
          ApiTest.await(() -> registry.debug("/debug/health"), answer -> hasEntries(answer, 4));

      assertThat(health.status()).isEqualTo(503);
      assertThat(json(health).keySet().stream().map(String::valueOf))
          .containsExactlyInAnyOrder(
              "storagedriver_filesystem",
              down.toString(),
              "host.invalid:1",
              "http://***@127.0.0.1:1/x");
      assertThat(json(health).get(down.toString())).isEqualTo("file exists");
      assertThat(health.text()).doesNotContain("hunter2");
      Files.move(folder.resolve("gone"), folder.resolve("data"));
    }
  }

  private static boolean hasEntries(WireResponse answer, int entries) {
    return answer.text().split("\":\"", -1).length == entries + 1;
  }

  @Test
  void debugVars_ofARegistry_haveDistributionsShape() throws Exception {
    try (RunningRegistry registry = start()) {
      Map<?, ?> vars = json(registry.debug("/debug/vars"));

      assertThat(vars.get("registry"))
          .isEqualTo(Map.of("notifications", Map.of("endpoints", List.of())));
      assertThat(vars.get("stowage")).asString().contains("uptime_seconds", "version");
    }
  }

  @Test
  void debugPage_thatIsNone_is404WithThoseThereAre() throws Exception {
    try (RunningRegistry registry = start()) {
      for (String target : List.of("/", "/debug/pprof/", "/v2/", "/metrics/")) {
        WireResponse refusal = registry.debug(target);
        assertThat(refusal.status()).as(target).isEqualTo(404);
        assertThat(refusal.text()).contains("UNSUPPORTED", "/debug/health", "/metrics");
      }
      assertThat(registry.debug("POST", "/debug/health").status()).isEqualTo(405);
    }
  }

  @Test
  @DisplayName("RE-6: the listener for operators has few connections, and no keys for more")
  void debugListener_beyondItsConnections_refusesThem() throws Exception {
    List<WireClient> clients = new ArrayList<>();
    try (CapturedLog log = new CapturedLog();
        RunningRegistry registry = start()) {
      try {
        for (int i = 0; i < OperatorAssembly.MAX_CONNECTIONS; i++) {
          clients.add(registry.connectToDebug());
        }
        assertThat(clients.getLast().get("/livez").status()).isEqualTo(200);
        WireClient beyond = registry.connectToDebug();
        clients.add(beyond);

        assertThat(beyond.isClosedByServer()).isTrue();
        assertThat(registry.plain("GET", "/livez").status()).isEqualTo(200);
        assertThat(log.lines())
            .filteredOn(line -> line.contains("connections are open"))
            .singleElement()
            .asString()
            .startsWith("WARN 127.0.0.1:")
            .contains(": " + OperatorAssembly.MAX_CONNECTIONS + " connections are open")
            .doesNotContain("stowage.http");
      } finally {
        for (WireClient client : clients) {
          client.close();
        }
      }
    }
  }

  @Test
  void debugListener_behindAProxy_asksForNoTrust() throws Exception {
    try (CapturedLog log = new CapturedLog();
        RunningRegistry registry = start();
        WireClient client = registry.connectToDebug()) {
      client.send("GET /livez HTTP/1.1\nHost: test\nX-Forwarded-For: 192.0.2.1\n\n");

      assertThat(client.readResponse().status()).isEqualTo(200);
      assertThat(log.lines()).noneMatch(line -> line.contains("trustedproxies"));
    }
  }

  @Test
  void debugPages_onTheMainPort_areNotThere() throws Exception {
    try (RunningRegistry registry = start()) {
      for (String target : List.of("/debug/health", "/debug/vars", "/metrics")) {
        assertThat(registry.plain("GET", target).status()).as(target).isEqualTo(404);
      }
    }
  }

  @Test
  @DisplayName("the lines that distribution writes")
  void start_withDebugPort_saysWhatIsWhere() throws Exception {
    try (CapturedLog log = new CapturedLog();
        RunningRegistry registry = start("REGISTRY_HTTP_DEBUG_PROMETHEUS_PATH", "/numbers")) {
      assertThat(registry.debug("/numbers").status()).isEqualTo(200);
      assertThat(registry.debug("/metrics").status()).isEqualTo(404);
      assertThat(log.lines())
          .anyMatch(line -> line.matches("INFO debug server listening 127\\.0\\.0\\.1:[1-9][0-9]*"))
          .contains("INFO providing prometheus metrics on /numbers");
    }
  }

  @Test
  void metrics_thatAreOff_areNoPage() throws Exception {
    try (RunningRegistry registry = start("REGISTRY_HTTP_DEBUG_PROMETHEUS_ENABLED", "false")) {
      assertThat(registry.debug("/metrics").status()).isEqualTo(404);
      assertThat(registry.debug("/debug/health").status()).isEqualTo(200);
    }
  }
}
