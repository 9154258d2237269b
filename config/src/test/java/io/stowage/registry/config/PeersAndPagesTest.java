package io.stowage.registry.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose word is taken: proxies in front of the registry, web pages of other servers. */
class PeersAndPagesTest {
  private static HttpSettings http(String yaml) {
    return Loading.minimalAnd(yaml).configuration().http();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.0.0.1",
        "10.0.0.0/8",
        "10.1.2.3/8",
        "255.255.255.255/32",
        "::1",
        "fd00::/8",
        "2001:db8::1/128",
        "::ffff:10.0.0.1",
        "private",
        "unix"
      })
  void trustedProxy_addressBlockOrWord_isKept(String peer) {
    Loading loading = Loading.minimalAnd("stowage: {http: {trustedproxies: ['" + peer + "']}}");

    assertThat(loading.configuration().http().trustedProxies()).containsExactly(peer);
    assertThat(loading.notices()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.0.0",
        "10.0.0.256",
        "010.0.0.1.2",
        "10.0.0.0/33",
        "::/129",
        "fe80::1%eth0",
        "proxy.example.com",
        "Private",
        "10.0.0.0/8,192.168.0.0/16",
        "10.0.0.1:80",
        "[::1]",
        ":::",
        "10.0.0.0/",
        "/8",
        "1:2"
      })
  void trustedProxy_anythingElse_isRefused(String peer) {
    assertThat(
            Loading.minimalAnd("stowage: {http: {trustedproxies: [private, '" + peer + "']}}")
                .problems())
        .containsExactly(
            "config.yml:5: stowage.http.trustedproxies: \""
                + peer
                + "\" is not allowed (expected: an address, a block such as 10.0.0.0/8,"
                + " private, or unix)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0/0", "::/0"})
  void trustedProxy_everybody_isAcceptedWithAWarning(String peer) {
    assertThat(Loading.minimalAnd("stowage: {http: {trustedproxies: '" + peer + "'}}").notices())
        .containsExactly(
            "config.yml:5: stowage.http.trustedproxies: "
                + peer
                + " trusts everybody's word on who they are");
  }

  @ParameterizedTest
  @CsvSource({
    "*, *",
    "https://ui.example.com, https://ui.example.com",
    "HTTP://UI.example.com:8080, http://ui.example.com:8080",
    "http://[::1]:80, http://[::1]:80",
    "app://desktop, app://desktop"
  })
  void origin_asBrowsersSendIt_isKeptInLowerCase(String written, String origin) {
    assertThat(
            http("stowage: {http: {cors: {allowedorigins: '" + written + "'}}}")
                .cors()
                .allowedOrigins())
        .containsExactly(origin);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ui.example.com",
        "https://ui.example.com/",
        "https://ui.example.com/app",
        "https://*.example.com",
        "https://me@ui.example.com",
        "https://",
        "null",
        "https://a, https://b"
      })
  void origin_anythingElse_isRefused(String written) {
    assertThat(
            Loading.minimalAnd("stowage: {http: {cors: {allowedorigins: ['" + written + "']}}}")
                .problems())
        .containsExactly(
            "config.yml:5: stowage.http.cors.allowedorigins: "
                + Masked.quote(written, false)
                + " is not allowed (expected: * or scheme://host[:port], such as"
                + " https://ui.example.com)");
  }

  @Test
  void headers_ofDistributionsUsers_becomeOrigins() {
    Loading loading =
        Loading.minimalAnd(
            """
            http:
              headers:
                access-control-allow-origin: ['http://a', 'http://b:8080']
                Access-Control-Max-Age: [1728000]
                Access-Control-Allow-Methods: [HEAD, GET]
            """);

    assertThat(loading.notices()).isEmpty();
    assertThat(loading.configuration().http().cors())
        .isEqualTo(new CorsSettings(List.of("http://a", "http://b:8080"), Duration.ofDays(20)));
    assertThat(loading.configuration().http().headers())
        .isEqualTo(Map.of("Access-Control-Allow-Methods", List.of("HEAD", "GET")));
    assertThat(loading.setting("stowage.http.cors.allowedorigins").text())
        .isEqualTo("stowage.http.cors.allowedorigins = [http://a, http://b:8080]  (config.yml:6)");
  }

  @Test
  void headers_besideOurOwnKeys_areIgnoredWithAWarning() {
    Loading loading =
        Loading.minimalAnd(
            """
            http: {headers: {Access-Control-Allow-Origin: ['*'], Access-Control-Max-Age: ['5']}}
            stowage: {http: {cors: {allowedorigins: ['https://a'], maxage: 1m}}}
            """);

    assertThat(loading.configuration().http().cors())
        .isEqualTo(new CorsSettings(List.of("https://a"), Duration.ofMinutes(1)));
    assertThat(loading.configuration().http().headers()).isEmpty();
    assertThat(loading.notices())
        .containsExactly(
            "config.yml:5: http.headers.Access-Control-Allow-Origin: ignored, because"
                + " stowage.http.cors.allowedorigins is set");
  }

  @Test
  void headers_thatNeverWorked_areIgnoredWithAWarning() {
    Loading loading =
        Loading.minimalAnd(
            """
            http:
              headers:
                Access-Control-Allow-Origin: ['http://a/']
                Access-Control-Max-Age: [never]
            """);

    assertThat(loading.configuration().http().cors())
        .isEqualTo(new CorsSettings(List.of(), Duration.ofMinutes(10)));
    assertThat(loading.notices())
        .containsExactly(
            "config.yml:6: http.headers.Access-Control-Allow-Origin: \"http://a/\" is no origin,"
                + " ignored; write * or scheme://host[:port], such as https://ui.example.com",
            "config.yml:6: http.headers.Access-Control-Max-Age: \"never\" is no number of seconds,"
                + " ignored");
  }
}
