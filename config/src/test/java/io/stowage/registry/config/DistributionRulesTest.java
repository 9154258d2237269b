package io.stowage.registry.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What old files and old variables say, and what becomes of it. */
class DistributionRulesTest {
  private static final Loading MINIMAL = Loading.of(Loading.MINIMAL);

  @ParameterizedTest
  @ValueSource(strings = {"error", "WARN", "Info", "debug"})
  void level_inEveryLetterCase_isUnderstoodByBothNames(String level) {
    LogSettings.Level expected =
        LogSettings.Level.valueOf(level.toUpperCase(java.util.Locale.ROOT));

    assertThat(Loading.minimalAnd("loglevel: " + level).configuration().log().level())
        .isEqualTo(expected);
    assertThat(Loading.minimalAnd("log: {level: " + level + "}").configuration().log().level())
        .isEqualTo(expected);
  }

  @Test
  void level_newAndOldName_newOneCounts() {
    assertThat(
            Loading.minimalAnd("loglevel: debug\nlog: {level: error}")
                .configuration()
                .log()
                .level())
        .isEqualTo(LogSettings.Level.ERROR);
  }

  @Test
  void drivers_twoInTheFile_areRefusedWithBothLines() {
    assertThat(Loading.of("version: 0.1\nstorage:\n  filesystem:\n  inmemory:\n").problems())
        .contains(
            "config.yml:4: storage must provide exactly one storage type. Provided: [filesystem"
                + " inmemory]; from filesystem at config.yml:3, inmemory at config.yml:4");
  }

  @Test
  void auth_twoInTheFile_areRefusedWithBothLines() {
    assertThat(Loading.minimalAnd("auth:\n  htpasswd: {path: /p}\n  none:\n").problems())
        .containsExactly(
            "config.yml:7: auth must provide exactly one type. Provided: [htpasswd none]; from"
                + " htpasswd at config.yml:6, none at config.yml:7");
  }

  @Test
  void storage_inmemoryAsBareWord_isRefusedNamingWhatThereIs() {
    String sentence =
        "storage.inmemory is a storage driver that does not exist here, and data must not land"
            + " elsewhere (drivers: filesystem)";

    assertThat(Loading.of("version: 0.1\nstorage: inmemory").problems())
        .containsExactly("config.yml:2: " + sentence);
    assertThat(MINIMAL.with("REGISTRY_STORAGE", "inmemory").problems())
        .containsExactly("REGISTRY_STORAGE: " + sentence);
  }

  @Test
  void tls_certificateAndLetsEncrypt_areRefusedInDistributionsWords() {
    assertThat(
            Loading.minimalAnd(
                    """
                    http:
                      tls:
                        certificate: /c
                        key: /k
                        letsencrypt:
                          cachefile: /cache
                    """)
                .problems())
        .containsExactly(
            "config.yml:9: http.tls.letsencrypt does not exist here; give http.tls.certificate and"
                + " http.tls.key",
            "config.yml:10: cannot specify both certificate and Let's Encrypt"
                + " (http.tls.certificate is set at config.yml:7)");
  }

  @Test
  void letsEncrypt_hostsInAVariable_areRefusedByItsName() {
    assertThat(MINIMAL.with("REGISTRY_HTTP_TLS_LETSENCRYPT_HOSTS", "[a.b, c.d]").problems())
        .containsExactly(
            "REGISTRY_HTTP_TLS_LETSENCRYPT_HOSTS: http.tls.letsencrypt does not exist here; give"
                + " http.tls.certificate and http.tls.key");
  }

  @Test
  void auth_wholeSectionInAVariable_isTaken() {
    assertThat(
            MINIMAL
                .with("REGISTRY_AUTH", "{htpasswd: {realm: r, path: /p}}")
                .configuration()
                .auth())
        .isEqualTo(new AuthSettings.Htpasswd("r", Path.of("/p"), false));
  }

  @ParameterizedTest
  @CsvSource({"true, true", "false, false", "'', true"})
  void validation_enabled_isTheOldInverse(String written, boolean checked) {
    for (Loading loading :
        List.of(
            Loading.minimalAnd("validation: {enabled: " + written + "}"),
            MINIMAL.with("REGISTRY_VALIDATION_ENABLED", written))) {
      assertThat(loading.configuration().manifests().indexChildren())
          .isEqualTo(
              checked
                  ? new ManifestSettings.IndexChildren.All()
                  : new ManifestSettings.IndexChildren.None());
    }
  }

  @Test
  void redis_ofEitherVersion_isNeededByNobody() {
    String line = "redis is not needed: caches are in this server's memory";

    assertThat(
            Loading.minimalAnd(
                    "redis: {addr: 'r:1', password: x, pool: {maxidle: 1, idletimeout: 1s}}")
                .notices())
        .containsExactly("config.yml:5: " + line);
    assertThat(
            Loading.minimalAnd("redis: {addrs: ['r:1'], tls: {rootcas: [/a]}, poolsize: 3}")
                .notices())
        .containsExactly("config.yml:5: " + line);
  }

  @Test
  void cache_emptyVariable_leavesTheDefault() {
    Loading loading =
        Loading.of("version: 0.1\nstorage: {filesystem: , cache: {blobdescriptor: redis}}")
            .with("REGISTRY_STORAGE_CACHE_BLOBDESCRIPTOR", "");

    assertThat(loading.notices()).isEmpty();
    assertThat(loading.setting("storage.cache.blobdescriptor").source()).isEqualTo(Source.DEFAULT);
  }

  @Test
  void storage_reservedWords_areNoDrivers() {
    assertThat(
            Loading.of(
                    """
                    version: 0.1
                    storage:
                      filesystem: {maxthreads: 1}
                      delete: {enabled: true}
                      redirect: {disable: true}
                      cache: {blobdescriptor: inmemory, blobdescriptorsize: 0}
                      tag: {concurrencylimit: 5}
                      maintenance:
                        uploadpurging: {enabled: true}
                        readonly: {enabled: false}
                    """)
                .notices())
        .isEmpty();
  }

  @Test
  void purging_withoutItsOtherKeys_takesTheirDefaults() {
    StorageSettings.UploadPurging purging =
        Loading.of(
                "version: 0.1\nstorage: {filesystem: , maintenance: {uploadpurging: {enabled: true}}}")
            .configuration()
            .storage()
            .uploadPurging();

    assertThat(purging.age()).hasHours(168);
    assertThat(purging.interval()).hasHours(24);
    assertThat(purging.dryRun()).isFalse();
  }

  @Test
  void list_variableIndexBehindThatOfTheFile_leavesNoGap() {
    Loading loading = Loading.minimalAnd("health: {file: [{file: /a}]}");

    assertThat(loading.with("REGISTRY_HEALTH_FILE_1_FILE", "/b").configuration().health().files())
        .hasSize(2);
    assertThat(loading.with("REGISTRY_HEALTH_FILE_2_FILE", "/b").problems())
        .containsExactly(
            "REGISTRY_HEALTH_FILE_2_FILE: health.file[1] is missing; indices must follow each"
                + " other");
  }

  @Test
  void keyNamedFile_keepsItsOwnMeaning() {
    assertThat(
            MINIMAL
                .with("REGISTRY_HEALTH_FILE_0_FILE", "/maintenance")
                .configuration()
                .health()
                .files())
        .extracting(HealthSettings.FileCheck::file)
        .containsExactly(Path.of("/maintenance"));
  }

  @ParameterizedTest
  @CsvSource({
    "REGISTRY_LOG_HOOKS_0_MAILOPTIONS_FROM, log.hooks[0].options.from",
    "REGISTRY_LOG_HOOKS_1_OPTIONS_SMTP_ADDR, log.hooks[1].options.smtp.addr",
    "REGISTRY_LOG_HOOKS_0_MAILOPTIONS_TO_2, log.hooks[0].options.to[2]",
    "REGISTRY_NOTIFICATIONS_ENDPOINTS_0_IGNORE_MEDIATYPES_1, notifications.endpoints[0].ignore.mediatypes[1]",
    "REGISTRY_MIDDLEWARE_STORAGE_0_OPTIONS_BASEURL, middleware.storage[0].options.baseurl"
  })
  void variable_nameOfTheField_reachesTheKeyBehindIt(String name, String place) {
    assertThat(
            new VariableNames(Value.Mapping.at(Source.DEFAULT))
                .resolve(name)
                .map(target -> Step.path(target.steps())))
        .contains(place);
  }

  @Test
  void unknownKeys_getOneWarningEach() {
    assertThat(
            Loading.minimalAnd(
                    """
                    http:
                      adr: :1
                      prefx: /a/
                    notifications:
                      endpoint: []
                    colour: {a: {b: c}}
                    """)
                .notices())
        .containsExactly(
            "config.yml:6: unknown key http.adr, ignored; did you mean http.addr?",
            "config.yml:7: unknown key http.prefx, ignored; did you mean http.prefix?",
            "config.yml:9: unknown key notifications.endpoint, ignored; did you mean"
                + " notifications.endpoints?",
            "config.yml:10: unknown key colour, ignored");
  }
}
