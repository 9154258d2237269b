package io.stowage.registry.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where distribution panics, guesses or says nothing: what we do instead, message by message. */
class EnvironmentTrapsTest {
  private static final Loading MINIMAL = Loading.of(Loading.MINIMAL);

  @ParameterizedTest
  @CsvSource({
    "REGISTRY_HEALTH_FILE_0_FILE, /f, health.file",
    "REGISTRY_HEALTH_FILECHECKERS_0_FILE, /f, health.file",
    "REGISTRY_HEALTH_HTTP_0_URI, http://x/, health.http",
    "REGISTRY_HEALTH_HTTPCHECKERS_0_URI, http://x/, health.http",
    "REGISTRY_HEALTH_TCP_0_ADDR, x:1, health.tcp",
    "REGISTRY_HEALTH_TCPCHECKERS_0_ADDR, x:1, health.tcp"
  })
  void trap1_fieldNameAndFileName_bothReachTheKey(String name, String value, String key) {
    Loading loading = MINIMAL.with(name, value);

    assertThat(loading.notices()).isEmpty();
    assertThat(loading.setting(key).value()).isEqualTo("1 item");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "REGISTRY_NOTIFICATIONS_EVENTCONFIG_INCLUDEREFERENCES",
        "REGISTRY_NOTIFICATIONS_EVENTS_INCLUDEREFERENCES"
      })
  void trap1_fieldNameAndFileNameOfEvents_bothReachTheKey(String name) {
    assertThat(MINIMAL.with(name, "true").configuration().notifications().includeReferences())
        .isTrue();
  }

  @Test
  void trap1_bothNamesWithDifferentValues_areRefused() {
    assertThat(
            MINIMAL
                .with("REGISTRY_HEALTH_FILECHECKERS_0_FILE", "/a")
                .with("REGISTRY_HEALTH_FILE_0_FILE", "/b")
                .problems())
        .containsExactly(
            "REGISTRY_HEALTH_FILE_0_FILE: sets health.file[0].file and so does"
                + " REGISTRY_HEALTH_FILECHECKERS_0_FILE; keep one of them");
  }

  @Test
  void trap1_bothNamesWithTheSameValue_areFine() {
    assertThat(
            MINIMAL
                .with("REGISTRY_HEALTH_FILECHECKERS_0_FILE", "/a")
                .with("REGISTRY_HEALTH_FILE_0_FILE", "/a")
                .problems())
        .isEmpty();
  }

  @Test
  void trap2_scalarListItem_isSet() {
    assertThat(
            MINIMAL
                .with("REGISTRY_VALIDATION_MANIFESTS_URLS_ALLOW_0", "a")
                .setting("validation.manifests.urls.allow")
                .value())
        .isEqualTo("[a]");
  }

  @Test
  void trap2_scalarItemOfClientCas_isSet() {
    assertThat(
            MINIMAL
                .with("REGISTRY_HTTP_TLS_CERTIFICATE", "/c")
                .with("REGISTRY_HTTP_TLS_KEY", "/k")
                .with("REGISTRY_HTTP_TLS_CLIENTCAS_0", "/a")
                .setting("http.tls.clientcas")
                .value())
        .isEqualTo("[/a]");
  }

  @Test
  void trap3_indicesInAnyNumber_areAcceptedWithoutAGap() {
    Loading loading = MINIMAL;
    for (int i = 0; i < 12; i++) {
      loading = loading.with("REGISTRY_VALIDATION_MANIFESTS_URLS_ALLOW_" + i, "p" + i);
    }

    assertThat(loading.configuration().manifests().layerUrls().allow())
        .extracting(Object::toString)
        .hasSize(12)
        .startsWith("p0", "p1", "p2")
        .endsWith("p10", "p11");
  }

  @Test
  void trap3_gap_isRefusedNamingTheMissingIndex() {
    assertThat(
            MINIMAL
                .with("REGISTRY_VALIDATION_MANIFESTS_URLS_ALLOW_0", "a")
                .with("REGISTRY_VALIDATION_MANIFESTS_URLS_ALLOW_2", "c")
                .problems())
        .containsExactly(
            "REGISTRY_VALIDATION_MANIFESTS_URLS_ALLOW_2: validation.manifests.urls.allow[1] is"
                + " missing; indices must follow each other");
  }

  @Test
  void trap3_indexOverAFileList_replacesThatItem() {
    assertThat(
            Loading.minimalAnd("validation: {manifests: {urls: {deny: [a, b]}}}")
                .with("REGISTRY_VALIDATION_MANIFESTS_URLS_DENY_1", "c")
                .with("REGISTRY_VALIDATION_MANIFESTS_URLS_DENY_2", "d")
                .setting("validation.manifests.urls.deny")
                .value())
        .isEqualTo("[a, c, d]");
  }

  @Test
  void trap4_plainTextForAList_isAListOfOneWhateverItsCommas() {
    assertThat(
            MINIMAL
                .with("REGISTRY_VALIDATION_MANIFESTS_URLS_DENY", "/a,/b")
                .configuration()
                .manifests()
                .layerUrls()
                .deny())
        .extracting(Object::toString)
        .containsExactly("/a,/b");
  }

  @Test
  void trap5_mapsThatTheFileLacks_areMade() {
    StorageSettings storage =
        MINIMAL
            .with("REGISTRY_STORAGE_MAINTENANCE_READONLY_ENABLED", "true")
            .with("REGISTRY_STORAGE_MAINTENANCE_UPLOADPURGING_ENABLED", "false")
            .configuration()
            .storage();

    assertThat(storage.readOnly()).isTrue();
    assertThat(storage.uploadPurging().enabled()).isFalse();
    assertThat(
            MINIMAL
                .with("REGISTRY_STORAGE_MAINTENANCE_READONLY", "{\"enabled\":true}")
                .configuration()
                .storage()
                .readOnly())
        .isTrue();
  }

  @Test
  void trap6_twoKindsOfAccess_areRefusedWithBothSources() {
    assertThat(
            Loading.minimalAnd("auth:\n  htpasswd: {realm: r, path: /p}\n")
                .with("REGISTRY_AUTH_TOKEN_REALM", "https://t")
                .problems())
        .containsExactly(
            "REGISTRY_AUTH_TOKEN_REALM: auth must provide exactly one type. Provided: [htpasswd"
                + " token]; from htpasswd at config.yml:6, token at REGISTRY_AUTH_TOKEN_REALM");
  }

  @Test
  void trap7_twoDrivers_areRefusedWithBothSources() {
    assertThat(MINIMAL.with("REGISTRY_STORAGE_S3_BUCKET", "b").problems())
        .containsExactly(
            "REGISTRY_STORAGE_S3_BUCKET: storage must provide exactly one storage type. Provided:"
                + " [filesystem s3]; from filesystem at config.yml:3, s3 at"
                + " REGISTRY_STORAGE_S3_BUCKET",
            "REGISTRY_STORAGE_S3_BUCKET: storage.s3 is a storage driver that does not exist here,"
                + " and data must not land elsewhere (drivers: filesystem)");
  }

  @Test
  void trap8And9_clusterVariables_areSkippedInOneLine() {
    Loading loading = MINIMAL;
    for (String service : List.of("", "AUTH_", "STORAGE_", "HTTP_", "CACHE_")) {
      String prefix = "REGISTRY_" + service;
      loading =
          loading
              .with(prefix + "SERVICE_HOST", "10.0.0.1")
              .with(prefix + "SERVICE_PORT", "5000")
              .with(prefix + "SERVICE_PORT_HTTP", "5000")
              .with(prefix + "SERVICE_PORT_HTTPS_ALT", "5001")
              .with(prefix + "PORT", "tcp://10.0.0.1:5000")
              .with(prefix + "PORT_5000_TCP", "tcp://10.0.0.1:5000")
              .with(prefix + "PORT_5000_TCP_PROTO", "tcp")
              .with(prefix + "PORT_5000_TCP_PORT", "5000")
              .with(prefix + "PORT_5000_TCP_ADDR", "fd00::1")
              .with(prefix + "PORT_53_UDP", "udp://10.0.0.1:53");
    }

    assertThat(loading.accepted().notices())
        .filteredOn(notice -> !notice.text().equals(Loading.OPEN_TO_EVERYBODY))
        .singleElement()
        .satisfies(
            notice -> {
              assertThat(notice.level()).isEqualTo(Notice.Level.INFO);
              assertThat(notice.text())
                  .startsWith(
                      "environment: skipped 50 variables that a container cluster sets for its"
                          + " services: REGISTRY_AUTH_PORT, ")
                  .endsWith(" and 40 more");
            });
  }

  @Test
  void trap9_nameOfTheClusterWithAnotherValue_isAnUnknownVariable() {
    assertThat(MINIMAL.with("REGISTRY_PORT", "5000").notices())
        .containsExactly("REGISTRY_PORT: unknown variable, ignored");
  }

  @Test
  void trap10_keyWithUnderscore_isReached() {
    assertThat(
            new VariableNames(Value.Mapping.at(Source.DEFAULT))
                .resolve("REGISTRY_STORAGE_AZURE_MAX_RETRIES")
                .map(target -> Step.path(target.steps())))
        .contains("storage.azure.max_retries");
  }

  @Test
  void trap11_unknownVariable_isAnsweredWithAGuessAndTheKeysOfItsSection() {
    assertThat(MINIMAL.with("REGISTRY_CATALOG_MAXENTIRES", "5").notices())
        .containsExactly(
            "REGISTRY_CATALOG_MAXENTIRES: unknown variable, ignored; did you mean"
                + " REGISTRY_CATALOG_MAXENTRIES?; catalog has maxentries");
    assertThat(MINIMAL.with("REGISTRY_STORAGE_DELETE_ENABELD", "true").notices())
        .containsExactly(
            "REGISTRY_STORAGE_DELETE_ENABELD: unknown variable, ignored; did you mean"
                + " REGISTRY_STORAGE_DELETE_ENABLED?; storage.delete has enabled");
    assertThat(MINIMAL.with("REGISTRY_SOMETHING", "5").notices())
        .containsExactly("REGISTRY_SOMETHING: unknown variable, ignored");
  }

  @Test
  void trap12_storageAsOneWord_dropsTheRestWithAWarning() {
    Loading loading =
        Loading.of(
                """
                version: 0.1
                storage:
                  delete:
                    enabled: true
                  filesystem:
                    rootdirectory: /srv
                """)
            .with("REGISTRY_STORAGE", "filesystem");

    assertThat(loading.configuration().storage().deleteEnabled()).isFalse();
    assertThat(loading.configuration().storage().filesystem().rootDirectory().toString())
        .isEqualTo("/var/lib/registry");
    assertThat(loading.notices())
        .containsExactly(
            "REGISTRY_STORAGE: replaces the whole of storage; dropped: storage.delete"
                + " (config.yml:3), storage.filesystem (config.yml:5)");
  }

  @Test
  void trap12_longerNames_areAppliedAfterTheWholeSection() {
    Configuration configuration =
        MINIMAL
            .with("REGISTRY_STORAGE", "filesystem")
            .with("REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY", "/b")
            .with("REGISTRY_STORAGE_DELETE_ENABLED", "true")
            .configuration();

    assertThat(configuration.storage().filesystem().rootDirectory().toString()).isEqualTo("/b");
    assertThat(configuration.storage().deleteEnabled()).isTrue();
  }

  @Test
  void trap13_bareNumberForADuration_isNanosecondsWithAWarning() {
    Loading loading = MINIMAL.with("REGISTRY_HTTP_DRAINTIMEOUT", "30");

    assertThat(loading.configuration().http().drainTimeout()).isEqualTo(Duration.ofNanos(30));
    assertThat(loading.notices())
        .containsExactly(
            "REGISTRY_HTTP_DRAINTIMEOUT: http.draintimeout: 30 means 30 nanoseconds; write 30s");
  }

  @Test
  void trap14_unknownLevel_isRefusedWithTheFourValues() {
    assertThat(MINIMAL.with("REGISTRY_LOG_LEVEL", "warning").problems())
        .containsExactly(
            "REGISTRY_LOG_LEVEL: log.level: \"warning\" is not allowed"
                + " (expected: error, warn, info, debug)");
    assertThat(MINIMAL.with("REGISTRY_LOGLEVEL", "warning").problems())
        .containsExactly(
            "REGISTRY_LOGLEVEL: loglevel: \"warning\" is not allowed"
                + " (expected: error, warn, info, debug)");
  }

  @Test
  void trap15_redisOfEitherVersion_getsOneLine() {
    assertThat(
            MINIMAL
                .with("REGISTRY_REDIS_ADDR", "localhost:6379")
                .with("REGISTRY_REDIS_POOL_MAXIDLE", "3")
                .notices())
        .containsExactly(
            "REGISTRY_REDIS_ADDR: redis is not needed: caches are in this server's memory");
  }

  @Test
  void trap16_headerInAnotherCase_replacesTheOneOfTheFile() {
    assertThat(
            Loading.minimalAnd("http: {headers: {X-Frame: [a]}}")
                .with("REGISTRY_HTTP_HEADERS_X-FRAME", "[b]")
                .with("REGISTRY_HTTP_HEADERS_X-New_0", "c")
                .configuration()
                .http()
                .headers())
        .isEqualTo(Map.of("X-Frame", List.of("b"), "x-new", List.of("c")));
  }

  @Test
  void trap17_valueFromAFile_isTakenAsTextWithoutItsLastLineBreak() {
    Loading loading =
        MINIMAL.with("REGISTRY_HTTP_HOST_FILE", "/host").withFile("/host", "https://a\n");

    assertThat(loading.setting("http.host"))
        .isEqualTo(
            new Setting(
                "http.host", "https://a", new Source.Variable("REGISTRY_HTTP_HOST_FILE"), true));
  }

  @Test
  void trap17_valueFromAFile_worksBelowAlternativesToo() {
    assertThat(
            MINIMAL
                .with("REGISTRY_STORAGE_FILESYSTEM_ROOTDIRECTORY_FILE", "/run/folder")
                .withFile("/run/folder", "/srv\r\n")
                .configuration()
                .storage()
                .filesystem()
                .rootDirectory()
                .toString())
        .isEqualTo("/srv");
  }

  @Test
  void trap17_valueFromAFile_isNotYaml() {
    assertThat(
            MINIMAL
                .with("REGISTRY_HTTP_SECRET_FILE", "/s")
                .withFile("/s", "*p: #w")
                .setting("http.secret")
                .value())
        .isEqualTo("****");
  }

  @Test
  void trap17_valueAndFile_areRefused() {
    assertThat(
            MINIMAL
                .with("REGISTRY_HTTP_SECRET", "a")
                .with("REGISTRY_HTTP_SECRET_FILE", "/s")
                .withFile("/s", "a")
                .problems())
        .containsExactly(
            "REGISTRY_HTTP_SECRET_FILE: sets http.secret and so does REGISTRY_HTTP_SECRET; keep one"
                + " of them");
  }

  @Test
  void trap17_passphraseFromAFile_isTaken() {
    assertThat(
            MINIMAL
                .with("REGISTRY_HTTP_TLS_CERTIFICATE", "/c")
                .with("REGISTRY_HTTP_TLS_KEY", "/k")
                .with("REGISTRY_STOWAGE_HTTP_TLS_KEYPASSPHRASE_FILE", "/s")
                .withFile("/s", "open: sesame\n")
                .configuration()
                .http()
                .tls())
        .extracting(TlsSettings::keyPassphrase)
        .isEqualTo("open: sesame");
  }

  @Test
  void trap17_missingFile_isRefused() {
    assertThat(MINIMAL.with("REGISTRY_HTTP_SECRET_FILE", "/none").problems())
        .containsExactly("REGISTRY_HTTP_SECRET_FILE: cannot read /none: NoSuchFile (/none)");
  }

  @Test
  void trap17_fileForANumber_isAnUnknownVariable() {
    assertThat(MINIMAL.with("REGISTRY_TAGS_MAXTAGS_FILE", "/n").notices())
        .containsExactly("REGISTRY_TAGS_MAXTAGS_FILE: unknown variable, ignored; tags has maxtags");
  }
}
