package io.stowage.registry.server.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.event.EventStatistics;
import io.stowage.registry.server.http.ConnectionCounts;
import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.http.Origin;
import io.stowage.registry.server.http.Particulars;
import io.stowage.registry.server.http.Request;
import io.stowage.registry.server.http.RequestBody;
import io.stowage.registry.server.http.Response;
import io.stowage.registry.server.http.ResponseBody;
import io.stowage.registry.server.route.Method;
import io.stowage.registry.server.route.Route;
import io.stowage.registry.server.route.Router;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the page shows of what it is told, without a server. */
class RegistryMetricsTest {
  private static final String DIGEST = "sha256:" + "0".repeat(64);

  private final RegistryMetrics metrics = new RegistryMetrics("1.2.3");

  private Stream<String> page() throws IOException {
    InetSocketAddress peer = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    Request request =
        new Request(
            "id",
            "GET",
            "/metrics",
            "",
            "HTTP/1.1",
            Headers.EMPTY,
            peer,
            false,
            null,
            new Origin(peer.getAddress(), "http", ""),
            new Particulars(),
            OptionalLong.of(0),
            RequestBody.EMPTY);
    try (Response response = metrics.page().handle(request)) {
      return new String(((ResponseBody.Bytes) response.body()).bytes(), StandardCharsets.UTF_8)
          .lines();
    }
  }

  @Test
  void connections_showHowManyThereAreAndWhyOthersAreNot() throws Exception {
    metrics.connections(() -> new ConnectionCounts(7, 10, 3, 2, 1));

    assertThat(page())
        .contains(
            "stowage_http_connections 7.0",
            "stowage_http_connections_max 10.0",
            "stowage_http_connections_refused_total{reason=\"total\"} 3.0",
            "stowage_http_connections_refused_total{reason=\"address\"} 2.0",
            "stowage_http_connections_refused_total{reason=\"system\"} 1.0");
  }

  @Test
  void notifications_ofAReceiver_haveDistributionsNamesAndLabels() throws Exception {
    metrics.notifications(
        () ->
            List.of(
                new EventStatistics.Figures(
                    "hook", "http://hook.test/", 10, 6, 2, 1, 4, 0, 0, Map.of(200, 6L, 500, 2L))));

    assertThat(page().filter(line -> line.startsWith("registry_notifications_")))
        .containsExactlyInAnyOrder(
            "registry_notifications_events_total{endpoint=\"hook\",type=\"Events\"} 10.0",
            "registry_notifications_events_total{endpoint=\"hook\",type=\"Successes\"} 6.0",
            "registry_notifications_events_total{endpoint=\"hook\",type=\"Failures\"} 2.0",
            "registry_notifications_events_total{endpoint=\"hook\",type=\"Errors\"} 1.0",
            "registry_notifications_pending_total{endpoint=\"hook\"} 4.0",
            "registry_notifications_status_total{code=\"200 OK\",endpoint=\"hook\"} 6.0",
            "registry_notifications_status_total"
                + "{code=\"500 Internal Server Error\",endpoint=\"hook\"} 2.0");
  }

  @Test
  void disk_thatIsGone_hasNoValueAndSpoilsNoOther() throws Exception {
    metrics.disk(Path.of("/nowhere/at/all"));
    metrics.cache(() -> 2, () -> 1);

    assertThat(page())
        .noneMatch(line -> line.startsWith("stowage_storage_"))
        .contains("registry_storage_cache_hits_total 1.0");
  }

  @Test
  void buildInfo_ofTheProcess_hasItsVersion() throws Exception {
    assertThat(page())
        .contains("stowage_build_info{java=\"" + Runtime.version() + "\",version=\"1.2.3\"} 1");
  }

  static Stream<String> paths() {
    return Stream.of(
        "/",
        "/v2/",
        "/v2/_catalog",
        "/v2/_token",
        "/v2/_stowage/tokens",
        "/v2/_stowage/robots",
        "/v2/_oci/ext/discover",
        "/v2/a/tags/list",
        "/v2/a/manifests/v1",
        "/v2/a/blobs/" + DIGEST,
        "/v2/a/blobs/uploads/",
        "/v2/a/blobs/uploads/00000000-0000-4000-8000-000000000000",
        "/v2/a/referrers/" + DIGEST);
  }

  @ParameterizedTest
  @MethodSource("paths")
  void handlers_ofEveryRoute_areKnown(String path) {
    Route route = new Router("/").parse("GET", path);

    assertThat(HttpMetrics.HANDLERS).contains(route.resource());
  }

  @Test
  void methods_ofEveryRoute_areKnown() {
    assertThat(Arrays.stream(Method.values()).map(Method::name))
        .containsExactlyInAnyOrderElementsOf(HttpMetrics.METHODS);
  }
}
