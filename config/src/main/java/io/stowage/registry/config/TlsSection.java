package io.stowage.registry.config;

import io.stowage.registry.config.TlsSettings.ClientAuth;
import io.stowage.registry.config.TlsSettings.Minimum;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code http.tls} to {@link TlsSettings}. */
final class TlsSection {
  private static final String CERTIFICATE = "http.tls.certificate";
  private static final String KEY = "http.tls.key";
  private static final String CACHE_FILE = "http.tls.letsencrypt.cachefile";
  private static final String CLIENT_CAS = "http.tls.clientcas";
  private static final String CLIENT_AUTH = "http.tls.clientauth";
  private static final String MINIMUM = "http.tls.minimumtls";
  private static final String CIPHER_SUITES = "http.tls.ciphersuites";
  private static final String PASSPHRASE = "stowage.http.tls.keypassphrase";

  private static final String VERIFY_ALWAYS = "require-and-verify-client-cert";
  private static final Map<String, ClientAuth> CLIENT_AUTHS =
      Map.of(
          "request-client-cert",
          ClientAuth.REQUEST,
          "require-any-client-cert",
          ClientAuth.REQUIRE_ANY,
          "verify-client-cert-if-given",
          ClientAuth.VERIFY_IF_GIVEN,
          VERIFY_ALWAYS,
          ClientAuth.REQUIRE_AND_VERIFY);
  private static final Set<ClientAuth> VERIFYING =
      Set.of(ClientAuth.VERIFY_IF_GIVEN, ClientAuth.REQUIRE_AND_VERIFY);
  private static final Set<String> BROKEN = Set.of("tls1.0", "tls1.1");

  private final Values values;
  private final Findings findings;

  TlsSection(Values values, Findings findings) {
    this.values = values;
    this.findings = findings;
  }

  /** Null without certificate and key, as in distribution: everything goes in the clear. */
  @Nullable TlsSettings settings() {
    Optional<Path> certificate = values.file(CERTIFICATE);
    Optional<Path> key = values.file(KEY);
    if (values.isGiven(CERTIFICATE) != values.isGiven(KEY)) {
      missingHalf();
    }
    if (values.isGiven(CERTIFICATE) && values.isGiven(CACHE_FILE)) {
      findings.problem(
          values.source(CACHE_FILE),
          "cannot specify both certificate and Let's Encrypt ("
              + CERTIFICATE
              + " is set at "
              + values.source(CERTIFICATE).text()
              + ")");
    }
    if (certificate.isEmpty() || key.isEmpty()) {
      sayUnused();
      return null;
    }
    List<Path> clientCas = values.files(CLIENT_CAS);
    return new TlsSettings(
        certificate.get(),
        key.get(),
        values.isGiven(PASSPHRASE) ? values.text(PASSPHRASE) : null,
        clientCas,
        clientAuth(!clientCas.isEmpty()),
        minimum(),
        cipherSuites());
  }

  private void missingHalf() {
    boolean hasKey = values.isGiven(KEY);
    values.missing(
        "http.tls",
        hasKey ? "certificate" : "key",
        "a PEM file, because " + (hasKey ? KEY : CERTIFICATE) + " is set");
  }

  /** Who wants clients verified must not get an open door; the rest is only without effect. */
  private void sayUnused() {
    String without = " has no effect without " + CERTIFICATE + " and " + KEY;
    boolean hasCas = !values.texts(CLIENT_CAS).isEmpty();
    if (hasCas || values.isGiven(CLIENT_AUTH)) {
      String key = hasCas ? CLIENT_CAS : CLIENT_AUTH;
      findings.problem(values.source(key), key + without + ", and clients would go unverified");
    }
    for (String key : List.of(MINIMUM, CIPHER_SUITES, PASSPHRASE)) {
      if (values.isGiven(key)) {
        values.warn(key, without);
      }
    }
  }

  private ClientAuth clientAuth(boolean hasCas) {
    if (!values.isGiven(CLIENT_AUTH)) {
      if (hasCas) {
        values.inForce(CLIENT_AUTH, VERIFY_ALWAYS, values.source(CLIENT_CAS));
      }
      return hasCas ? ClientAuth.REQUIRE_AND_VERIFY : ClientAuth.NONE;
    }
    ClientAuth mode =
        values.word(
            CLIENT_AUTH,
            CLIENT_AUTHS,
            "request-client-cert, require-any-client-cert, verify-client-cert-if-given, "
                + VERIFY_ALWAYS);
    if (VERIFYING.contains(mode) && !hasCas) {
      values.missing("http.tls", "clientcas", "the files to verify client certificates by");
    }
    return mode;
  }

  private Minimum minimum() {
    String version = values.text(MINIMUM);
    if (BROKEN.contains(version)) {
      findings.problem(
          values.source(MINIMUM),
          MINIMUM + ": " + version + " is broken and not spoken here (expected: tls1.2, tls1.3)");
      return Minimum.TLS_1_2;
    }
    return values.word(
        MINIMUM, Map.of("tls1.2", Minimum.TLS_1_2, "tls1.3", Minimum.TLS_1_3), "tls1.2, tls1.3");
  }

  /** Which names exist is for the server to say. */
  private List<String> cipherSuites() {
    List<String> names = values.texts(CIPHER_SUITES);
    if (names.contains("")) {
      values.refuseOne(
          CIPHER_SUITES, "", "names such as TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "");
    }
    return names;
  }
}
