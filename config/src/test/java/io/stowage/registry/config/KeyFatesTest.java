package io.stowage.registry.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said about keys that are known and not built, and about keys nobody knows. */
class KeyFatesTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "policy: {repository: {classes: [image, zip]}}| policy.repository.classes: there is no class \"zip\" (image, plugin); ignored",
        "redis: {addrs: [a]}                     | redis is not needed: caches are in this server's memory",
        "compatibility: {schema1: {signingkeyfile: x}} | compatibility is no longer used",
        "reporting: {bugsnag: {apikey: k}}       | reporting is no longer used"
      })
  void load_keyWithoutEffect_isNamedOnceWithItsSource(String yaml, String notice) {
    Loading loading = Loading.minimalAnd(yaml);

    assertThat(loading.problems()).isEmpty();
    assertThat(loading.notices()).containsExactly("config.yml:5: " + notice);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "auth: {silly: {realm: r}}             | auth.silly is distribution's own test double and protects nothing",
        "auth: {ldap: {}}                      | auth.ldap: unknown kind of access (expected: none, htpasswd, token)",
        "http: {tls: {letsencrypt: {hosts: [a]}}} | http.tls.letsencrypt does not exist here; give http.tls.certificate and http.tls.key",
        "middleware: {registry: [{name: a}]}   | middleware.registry asks for a wrapper; no middleware exists here: take the section out, or say disabled: true",
        "middleware: {repository: [{name: a}]} | middleware.repository asks for a wrapper that may refuse what would now be accepted; no middleware exists here: take the section out, or say disabled: true",
        "middleware: {storage: [{name: cloudfront, options: {baseurl: x}}]} | middleware.storage asks that clients are sent elsewhere for content, which this server sends itself; no middleware exists here: take the section out, or say disabled: true",
        "middleware: {storage: [{name: a, disabled: true}, {name: b}]} | middleware.storage asks that clients are sent elsewhere for content, which this server sends itself; no middleware exists here: take the section out, or say disabled: true",
        "proxy: {remoteurl: 'https://x'}       | proxy.remoteurl is not built yet, and without it clients would find an empty registry"
      })
  void load_keyThatMustNotBeIgnored_isRefused(String yaml, String problem) {
    assertThat(Loading.minimalAnd(yaml).problems()).containsExactly("config.yml:5: " + problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"inmemory", "s3", "s3aws", "gcs", "azure", "oss", "swift"})
  void load_otherDriver_isRefused(String driver) {
    assertThat(Loading.of("version: 0.1\nstorage: {" + driver + ": {}}").problems())
        .containsExactly(
            "config.yml:2: storage."
                + driver
                + " is a storage driver that does not exist here, and data must not land elsewhere"
                + " (drivers: filesystem)");
    assertThat(Loading.of("version: 0.1\nstorage: " + driver).problems()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "auth: none",
        "auth: {none: }",
        "auth:",
        "http: {tls: {certificate: '', key: , clientcas: [], letsencrypt: {hosts: []}}}",
        "proxy: {ttl: 1h, remoteurl: ''}",
        "notifications: {endpoints: [{name: a, url: 'http://b', disabled: true}]}",
        "notifications: {events: {includereferences: false}}",
        "middleware: {registry: [], storage: [{name: redirect, disabled: true, options: {baseurl: x}}]}",
        "policy: {repository: {classes: [image, plugin]}}",
        "compatibility: {schema1: {enabled: false}}",
        "redis: {}",
        "http: {secret: x}"
      })
  void load_keyThatAsksForNothing_isSilent(String yaml) {
    Loading loading = Loading.minimalAnd(yaml);

    assertThat(loading.problems()).isEmpty();
    assertThat(loading.notices()).allMatch(notice -> notice.endsWith("(auth is not configured)"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "htpp: {addr: ':1'}             | htpp, ignored; did you mean http?",
        "http: {adr: ':1'}              | http.adr, ignored; did you mean http.addr?",
        "maxentries: 5                  | maxentries, ignored; did you mean catalog.maxentries?",
        "stowage: {manifests: {max: 1}} | stowage.manifests.max, ignored",
        "x-common: {a: b}               | x-common, ignored"
      })
  void load_unknownKey_isWarnedAboutWithItsLine(String yaml, String notice) {
    assertThat(Loading.minimalAnd("\n\n" + yaml).notices())
        .containsExactly("config.yml:7: unknown key " + notice);
  }

  @Test
  void load_unknownKeyInsideAnItem_isNamedWithItsIndex() {
    assertThat(Loading.minimalAnd("health:\n  file:\n    - {fil: /f}").notices())
        .contains(
            "config.yml:7: unknown key health.file[0].fil, ignored; did you mean health.file[].file?");
  }

  @Test
  void load_redisAsCache_getsOneLine() {
    assertThat(
            Loading.of("version: 0.1\nstorage: {filesystem: , cache: {blobdescriptor: redis}}")
                .notices())
        .containsExactly(
            "config.yml:2: storage.cache.blobdescriptor: redis is not needed; caches are in this"
                + " server's memory");
    assertThat(
            Loading.of("version: 0.1\nstorage: {filesystem: , cache: {layerinfo: memcached}}")
                .notices())
        .containsExactly(
            "config.yml:2: storage.cache.layerinfo: unknown kind of cache, ignored; caches are in"
                + " this server's memory");
  }

  @Test
  void sl6_headersOfNotifications_areNeverShown() {
    String endpoint =
        "notifications: {endpoints: [{name: a, url: 'https://me:hidden@hook', headers: %s}]}";

    Loading loading = Loading.minimalAnd(endpoint.formatted("{Authorization: [Bearer hidden]}"));
    assertThat(loading.notices()).noneMatch(text -> text.contains("hidden"));
    assertThat(loading.accepted().settings())
        .extracting(Setting::text)
        .noneMatch(text -> text.contains("hidden"));
    assertThat(Loading.minimalAnd(endpoint.formatted("Bearer hidden")).problems())
        .isNotEmpty()
        .noneMatch(text -> text.contains("hidden"));
  }

  @Test
  void load_secretsAndUserInfo_areNeverShown() {
    Loading loading =
        Loading.minimalAnd(
                "http: {secret: hidden, host: 'https://me:hidden@r'}\nproxy: {password: hidden}")
            .with("REGISTRY_PROXY_REMOTEURL", "");

    assertThat(loading.accepted().settings())
        .extracting(Setting::text)
        .contains(
            "http.secret = ****  (config.yml:5)",
            "http.host = https://****@r  (config.yml:5)",
            "proxy.password = ****  (config.yml:6)")
        .noneMatch(text -> text.contains("hidden"));
    assertThat(Loading.minimalAnd("http: {host: 'ht tp://me:hidden@r'}").problems().toString())
        .doesNotContain("hidden");
    assertThat(Loading.minimalAnd("http: {secret: [hidden]}").problems())
        .containsExactly("config.yml:5: http.secret is a list (expected: a text)");
  }
}
