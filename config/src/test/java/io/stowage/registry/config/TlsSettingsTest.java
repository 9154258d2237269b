package io.stowage.registry.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The keys of {@code http.tls}, and the passphrase that must not show. */
class TlsSettingsTest {
  private static Loading with(String keys) {
    return Loading.minimalAnd("http: {tls: {certificate: /c, key: /k" + keys + "}}");
  }

  private static TlsSettings tls(Loading loading) {
    return Objects.requireNonNull(loading.configuration().http().tls(), "no TLS");
  }

  @Test
  void tls_onlyCertificateAndKey_asksNoClient() {
    assertThat(tls(with("")))
        .isEqualTo(
            new TlsSettings(
                Path.of("/c"),
                Path.of("/k"),
                null,
                List.of(),
                TlsSettings.ClientAuth.NONE,
                TlsSettings.Minimum.TLS_1_2,
                List.of()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tls:", "tls: {}", "tls: {certificate: '', key: ''}"})
  void tls_emptySection_isNone(String section) {
    Loading loading = Loading.minimalAnd("http: {" + section + "}");

    assertThat(loading.configuration().http().tls()).isNull();
    assertThat(loading.notices()).isEmpty();
  }

  @Test
  void tls_oneHalf_isRefused() {
    assertThat(Loading.minimalAnd("http: {tls: {certificate: /c}}").problems())
        .containsExactly(
            "config.yml:5: http.tls.key is missing (expected: a PEM file, because"
                + " http.tls.certificate is set); its variable is REGISTRY_HTTP_TLS_KEY");
    assertThat(Loading.of(Loading.MINIMAL).with("REGISTRY_HTTP_TLS_KEY", "/k").problems())
        .containsExactly(
            "REGISTRY_HTTP_TLS_KEY: http.tls.certificate is missing (expected: a PEM file, because"
                + " http.tls.key is set); its variable is REGISTRY_HTTP_TLS_CERTIFICATE");
  }

  @ParameterizedTest
  @CsvSource({
    "request-client-cert, REQUEST",
    "require-any-client-cert, REQUIRE_ANY",
    "verify-client-cert-if-given, VERIFY_IF_GIVEN",
    "require-and-verify-client-cert, REQUIRE_AND_VERIFY"
  })
  void clientAuth_word_isAMode(String word, TlsSettings.ClientAuth mode) {
    assertThat(tls(with(", clientcas: [/a, /b], clientauth: " + word)))
        .satisfies(
            tls -> {
              assertThat(tls.clientAuth()).isEqualTo(mode);
              assertThat(tls.clientCas()).containsExactly(Path.of("/a"), Path.of("/b"));
            });
  }

  @Test
  void clientAuth_onlyClientCas_requiresAndVerifies() {
    Loading loading = with(", clientcas: /a");

    assertThat(tls(loading).clientAuth()).isEqualTo(TlsSettings.ClientAuth.REQUIRE_AND_VERIFY);
    assertThat(loading.setting("http.tls.clientauth").text())
        .isEqualTo("http.tls.clientauth = require-and-verify-client-cert  (config.yml:5)");
  }

  @ParameterizedTest
  @CsvSource({"request-client-cert, REQUEST", "require-any-client-cert, REQUIRE_ANY"})
  void clientAuth_withoutVerifying_needsNoClientCas(String word, TlsSettings.ClientAuth mode) {
    assertThat(tls(with(", clientauth: " + word)).clientAuth()).isEqualTo(mode);
  }

  @ParameterizedTest
  @ValueSource(strings = {"verify-client-cert-if-given", "require-and-verify-client-cert"})
  void clientAuth_verifyingWithoutClientCas_isRefused(String word) {
    assertThat(with(", clientauth: " + word).problems())
        .containsExactly(
            "config.yml:5: http.tls.clientcas is missing (expected: the files to verify client"
                + " certificates by); its variable is REGISTRY_HTTP_TLS_CLIENTCAS");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "clientauth: none        | clientauth: \"none\" is not allowed (expected: request-client-cert,"
            + " require-any-client-cert, verify-client-cert-if-given,"
            + " require-and-verify-client-cert)",
        "minimumtls: tls1.0      | minimumtls: tls1.0 is broken and not spoken here (expected: tls1.2,"
            + " tls1.3)",
        "minimumtls: tls1.1      | minimumtls: tls1.1 is broken and not spoken here (expected: tls1.2,"
            + " tls1.3)",
        "minimumtls: '1.2'       | minimumtls: \"1.2\" is not allowed (expected: tls1.2, tls1.3)",
        "ciphersuites: [A, '']   | ciphersuites: \"\" is not allowed (expected: names such as"
            + " TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256)",
        "clientcas: ['']         | clientcas: \"\" is not allowed (expected: a path)",
        "certificate: \"a\\0\"   | certificate: \"a\\u0000\" is not allowed (expected: a path)"
      })
  void tls_valueThatBreaksARule_isRefused(String key, String problem) {
    String rest = key.startsWith("certificate") ? "key: /k" : "certificate: /c, key: /k";

    assertThat(Loading.minimalAnd("http: {tls: {" + rest + ", " + key + "}}").problems())
        .contains("config.yml:5: http.tls." + problem);
  }

  @Test
  void clientCas_withoutCertificate_areRefused() {
    assertThat(Loading.minimalAnd("http: {tls: {clientcas: [/a]}}").problems())
        .containsExactly(
            "config.yml:5: http.tls.clientcas has no effect without http.tls.certificate and"
                + " http.tls.key, and clients would go unverified");
    assertThat(Loading.minimalAnd("http: {tls: {clientauth: request-client-cert}}").problems())
        .hasSize(1);
  }

  @Test
  void minimum_withoutCertificate_isAcceptedWithAWarning() {
    assertThat(Loading.minimalAnd("http: {tls: {minimumtls: tls1.3}}").notices())
        .containsExactly(
            "config.yml:5: http.tls.minimumtls has no effect without http.tls.certificate and"
                + " http.tls.key");
  }

  @Test
  void passphrase_neverShows() {
    Loading loading = with("").with("REGISTRY_STOWAGE_HTTP_TLS_KEYPASSPHRASE", "open sesame");

    assertThat(tls(loading).keyPassphrase()).isEqualTo("open sesame");
    assertThat(loading.accepted().toString()).doesNotContain("sesame").contains("****");
    assertThat(loading.with("REGISTRY_STOWAGE_HTTP_TLS_KEYPASSPHRASE", "[sesame]").problems())
        .containsExactly(
            "REGISTRY_STOWAGE_HTTP_TLS_KEYPASSPHRASE: stowage.http.tls.keypassphrase is a list"
                + " (expected: a text)");
  }

  @Test
  void http2AndH2c_areSwitches() {
    HttpSettings http =
        Loading.minimalAnd("http: {http2: {disabled: true}, h2c: {enabled: true}}")
            .configuration()
            .http();

    assertThat(http.http2()).isFalse();
    assertThat(http.h2c()).isTrue();
  }
}
