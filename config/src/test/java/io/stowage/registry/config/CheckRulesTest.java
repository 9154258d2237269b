package io.stowage.registry.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code health} and {@code notifications} at their edges: what distribution makes of them. */
class CheckRulesTest {
  private static NotificationSettings notifications(String yaml) {
    return Loading.minimalAnd("notifications:\n  endpoints:\n" + yaml)
        .configuration()
        .notifications();
  }

  private static HealthSettings health(String yaml) {
    return Loading.minimalAnd("health: " + yaml).configuration().health();
  }

  @Test
  void endpoint_zeroAndLess_meanTheDefault() {
    Loading loading =
        Loading.minimalAnd(
            "notifications: {endpoints: [{url: 'http://x', timeout: 0s, threshold: -1, backoff: -1s}]}");
    NotificationSettings.Endpoint endpoint =
        loading.configuration().notifications().endpoints().getFirst();

    assertThat(endpoint.timeout()).isEqualTo(Duration.ofSeconds(1));
    assertThat(endpoint.threshold()).isEqualTo(10);
    assertThat(endpoint.backoff()).isEqualTo(Duration.ofSeconds(1));
    assertThat(loading.setting("notifications.endpoints[0].timeout"))
        .isEqualTo(
            new Setting(
                "notifications.endpoints[0].timeout",
                "1s",
                new Source.Line("config.yml", 5),
                false));
  }

  @Test
  void endpoint_bothIgnoreLists_areJoined() {
    NotificationSettings.Endpoint endpoint =
        notifications(
                """
                    - name: a
                      url: http://x
                      ignoredmediatypes: [a/a, a/b]
                      ignore:
                        mediatypes: [a/b, a/c]
                        actions: [PULL, push]
                """)
            .endpoints()
            .getFirst();

    assertThat(endpoint.ignoredMediaTypes()).isEqualTo(Set.of("a/a", "a/b", "a/c"));
    assertThat(endpoint.ignoredActions()).isEqualTo(Set.of("pull", "push"));
  }

  @Test
  void endpoint_headerInAVariable_joinsThoseOfTheFile() {
    assertThat(
            Loading.minimalAnd(
                    "notifications: {endpoints: [{url: 'http://x', headers: {X-A: [a]}}]}")
                .with("REGISTRY_NOTIFICATIONS_ENDPOINTS_0_HEADERS_X-B", "[b]")
                .configuration()
                .notifications()
                .endpoints()
                .getFirst()
                .headers())
        .isEqualTo(Map.of("X-A", List.of("a"), "x-b", List.of("b")));
  }

  @Test
  void endpoint_unknownAction_isWarnedAbout() {
    assertThat(
            Loading.minimalAnd(
                    "notifications: {endpoints: [{url: 'http://x', ignore: {actions: [purge]}}]}")
                .notices())
        .containsExactly(
            "config.yml:5: notifications.endpoints[0].ignore.actions: there is no action purge"
                + " (push, pull, mount, delete)");
  }

  @Test
  void endpoints_withOneName_areRefusedUnlessOneIsDisabled() {
    String two =
        "notifications: {endpoints: [{name: a, url: 'http://x'}, {name: a, url: 'http://y'%s}]}";

    assertThat(Loading.minimalAnd(two.formatted("")).problems())
        .containsExactly(
            "config.yml:5: notifications.endpoints[1].name: \"a\" is not allowed (expected: a name"
                + " of its own for each endpoint)");
    assertThat(Loading.minimalAnd(two.formatted(", disabled: true")).problems()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"ftp://x", "x", "http:", "'http://'", "'h t'"})
  void endpoint_urlThatIsNone_isRefused(String url) {
    assertThat(Loading.minimalAnd("notifications: {endpoints: [{url: '" + url + "'}]}").problems())
        .singleElement()
        .asString()
        .startsWith("config.yml:5: notifications.endpoints[0].url: ")
        .endsWith("(expected: a URL with http or https)");
  }

  @Test
  void secret_ofNoEndpoint_isWarnedAbout() {
    assertThat(Loading.minimalAnd("stowage: {notifications: {secrets: {b: s}}}").notices())
        .containsExactly("config.yml:5: stowage.notifications.secrets: no endpoint has the name b");
  }

  @Test
  void check_zero_meansTheDefault() {
    HealthSettings health =
        health(
            "{storagedriver: {enabled: true, interval: 0, threshold: 0},"
                + " file: [{file: /f, interval: 0s, threshold: -3}],"
                + " http: [{uri: 'http://x', statuscode: 0, timeout: 0s}],"
                + " tcp: [{addr: ':1'}]}");

    assertThat(health.storageDriver().rhythm())
        .isEqualTo(new HealthSettings.Rhythm(Duration.ofSeconds(10), 1));
    assertThat(health.files().getFirst().rhythm())
        .isEqualTo(new HealthSettings.Rhythm(Duration.ofSeconds(10), 1));
    assertThat(health.urls().getFirst().status()).isEqualTo(200);
    assertThat(health.urls().getFirst().timeout()).isZero();
    assertThat(health.addresses().getFirst().host()).isEqualTo("localhost");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{file: [{interval: 1s}]}                    | health.file[0].file is missing (expected: a path)",
        "{http: [{uri: 'x'}]}                        | health.http[0].uri: \"x\" is not allowed (expected: a URL with http or https)",
        "{http: [{uri: 'http://x', statuscode: 99}]} | health.http[0].statuscode: \"99\" is not allowed (expected: a status from 100 to 599)",
        "{http: [{uri: 'http://x', timeout: -1s}]}   | health.http[0].timeout: \"-1s\" is not allowed (expected: at least 0s)",
        "{tcp: [{addr: 'x'}]}                        | health.tcp[0].addr: \"x\" is not allowed (expected: host:port)",
        "{tcp: [{addr: 'x:0'}]}                      | health.tcp[0].addr: \"x:0\" is not allowed (expected: host:port)",
        "{storagedriver: {interval: often}}          | health.storagedriver.interval: \"often\" is not allowed (expected: a number with a unit, such as 10s or 1h30m)",
        "{file: {file: /f}}                          | health.file must be a list",
        "{file: [/f]}                                | health.file[0] must be a section with keys"
      })
  void check_thatCannotWork_isRefused(String yaml, String problem) {
    assertThat(Loading.minimalAnd("health: " + yaml).problems())
        .containsExactly("config.yml:5: " + problem);
  }

  @ParameterizedTest
  @CsvSource({
    "':5001', '', 5001",
    "localhost:5001, localhost, 5001",
    "0.0.0.0:5001, 0.0.0.0, 5001",
    "'[::1]:5001', ::1, 5001",
    "127.0.0.1:0, 127.0.0.1, 0"
  })
  void debugAddress_inEveryForm_isUnderstood(String written, String host, int port) {
    Loading inFile = Loading.minimalAnd("http: {debug: {addr: '" + written + "'}}");
    Loading inVariable =
        Loading.of(Loading.MINIMAL).with("REGISTRY_HTTP_DEBUG_ADDR", "'" + written + "'");

    for (Loading loading : List.of(inFile, inVariable)) {
      assertThat(loading.configuration().http().debug())
          .isEqualTo(new DebugSettings(new ListenAddress.Tcp(host, port), null));
    }
  }

  @ParameterizedTest
  @CsvSource({"5001", "localhost", "':x'", "'::1:5001:'", "/run/debug.sock"})
  void debugAddress_inNoForm_isRefused(String written) {
    assertThat(Loading.minimalAnd("http: {debug: {addr: '" + written + "'}}").problems())
        .singleElement()
        .asString()
        .startsWith("config.yml:5: http.debug.addr: ");
  }

  @Test
  void metrics_withoutAnAddress_areOffInSilence() {
    Loading loading = Loading.minimalAnd("http: {debug: {prometheus: {enabled: true}}}");

    assertThat(loading.configuration().http().debug()).isNull();
    assertThat(loading.notices()).isEmpty();
  }

  @Test
  void metrics_onAPathThatIsNone_areRefused() {
    assertThat(
            Loading.minimalAnd("http: {debug: {addr: ':1', prometheus: {path: metrics}}}")
                .problems())
        .containsExactly(
            "config.yml:5: http.debug.prometheus.path: \"metrics\" is not allowed (expected: a path"
                + " that starts with /)");
  }
}
