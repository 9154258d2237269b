package io.stowage.registry.server.ops;

import static io.stowage.registry.server.ops.Exchanges.CLIENT;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.http.Particulars;
import io.stowage.registry.server.http.Request;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

final class RequestLogTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(RequestLog.class);
  private final ListAppender<ILoggingEvent> events = new ListAppender<>();

  @BeforeEach
  void listen() {
    events.start();
    logger.setLevel(Level.DEBUG);
    logger.setAdditive(false);
    logger.addAppender(events);
  }

  @AfterEach
  void leave() {
    logger.detachAppender(events);
    logger.setAdditive(true);
    logger.setLevel(null);
  }

  @ParameterizedTest
  @CsvSource({
    "200, DEBUG, response completed",
    "304, DEBUG, response completed",
    "401, INFO, response completed with error",
    "404, INFO, response completed with error",
    "499, INFO, response completed with error",
    "500, ERROR, response completed with error",
    "505, INFO, response completed with error",
    "507, ERROR, response completed with error"
  })
  void line_byStatus_hasItsLevel(int status, String level, String message) {
    new RequestLog(org.slf4j.event.Level.DEBUG)
        .completed(Exchanges.of(request(Headers.EMPTY, CLIENT), status));

    assertThat(events.list)
        .extracting(event -> event.getLevel() + ", " + event.getFormattedMessage())
        .containsExactly(level + ", " + message);
  }

  @Test
  void success_whereAllAreWanted_isInformation() {
    new RequestLog(org.slf4j.event.Level.INFO).completed(Exchanges.get("/v2/"));

    assertThat(events.list).extracting(ILoggingEvent::getLevel).containsExactly(Level.INFO);
  }

  @Test
  void success_belowTheLevelInForce_isNotRendered() {
    logger.setLevel(Level.INFO);
    new RequestLog(org.slf4j.event.Level.DEBUG).completed(Exchanges.get("/v2/"));

    assertThat(events.list).isEmpty();
  }

  @Test
  void refusal_ofAManifest_hasDistributionsFields() {
    Request request =
        request(
            Headers.builder().add("Host", "r.example.com").add("User-Agent", "docker/28.0").build(),
            CLIENT);
    request.particulars().askedBy("alice");
    request.particulars().about("manifest", () -> Map.of("name", "a/b", "reference", "x"));
    request
        .particulars()
        .refused(new Particulars.Refusal("MANIFEST_UNKNOWN", "manifest unknown", "unknown tag=x"));

    assertThat(fields(request, 404))
        .containsExactly(
            Map.entry("http.request.host", "r.example.com"),
            Map.entry("http.request.id", "id"),
            Map.entry("http.request.method", "GET"),
            Map.entry("http.request.remoteaddr", "192.0.2.7:4711"),
            Map.entry("http.request.uri", "/v2/a/b/manifests/x?token=***"),
            Map.entry("http.request.useragent", "docker/28.0"),
            Map.entry("auth.user.name", "alice"),
            Map.entry("vars.name", "a/b"),
            Map.entry("vars.reference", "x"),
            Map.entry("http.response.duration", "3.000ms"),
            Map.entry("http.response.status", 404),
            Map.entry("http.response.written", 17L),
            Map.entry("err.code", "manifest unknown"),
            Map.entry("err.detail", "unknown tag=x"),
            Map.entry("err.message", "manifest unknown"));
  }

  @Test
  void remoteAddress_behindAProxy_hasNoPort() {
    assertThat(fields(request(Headers.EMPTY, InetAddress.ofLiteral("2001:db8::1")), 200))
        .containsEntry("http.request.remoteaddr", "2001:db8:0:0:0:0:0:1");
    assertThat(fields(request(Headers.EMPTY, null), 200))
        .doesNotContainKey("http.request.remoteaddr");
  }

  @Test
  void fields_ofAnySize_areCut() {
    assertThat(fields(request(Headers.of("User-Agent", "x".repeat(1_000_000)), CLIENT), 200))
        .extractingByKey("http.request.useragent")
        .asString()
        .hasSizeLessThan(1_100);
  }

  private Map<String, Object> fields(Request request, int status) {
    events.list.clear();
    new RequestLog(org.slf4j.event.Level.INFO).completed(Exchanges.of(request, status));
    Map<String, Object> fields = new LinkedHashMap<>();
    events.list.getFirst().getKeyValuePairs().forEach(pair -> fields.put(pair.key, pair.value));
    return fields;
  }

  private static Request request(Headers headers, @Nullable InetAddress client) {
    return Exchanges.request("GET", "/v2/a/b/manifests/x", "token=SECRET", headers, client);
  }
}
