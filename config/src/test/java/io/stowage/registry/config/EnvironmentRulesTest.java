package io.stowage.registry.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How variables are taken, split and applied. */
class EnvironmentRulesTest {
  private static final Loading MINIMAL = Loading.of(Loading.MINIMAL);

  @ParameterizedTest
  @ValueSource(strings = {"registry_http_addr", "XREGISTRY_HTTP_ADDR", "REGISTRY", "PATH"})
  void variable_withoutThePrefix_isPassedOver(String name) {
    assertThat(MINIMAL.with(name, ":1").notices()).isEmpty();
    assertThat(MINIMAL.with(name, ":1").port()).isEqualTo(5000);
  }

  @ParameterizedTest
  @CsvSource({
    "REGISTRY_http_addr, 'REGISTRY_http_addr: unknown variable, ignored'",
    "REGISTRY_, 'REGISTRY_: unknown variable, ignored'",
    "REGISTRY__HTTP, 'REGISTRY__HTTP: unknown variable, ignored; did you mean REGISTRY_HTTP?'",
    "REGISTRY_VERSION, 'REGISTRY_VERSION: has no effect: the version belongs in the file'"
  })
  void variable_nobodyKnows_isWarnedAbout(String name, String notice) {
    assertThat(MINIMAL.with(name, "x").notices()).containsExactly(notice);
  }

  @Test
  void variable_readByTheCommandLine_isSilent() {
    assertThat(MINIMAL.with("REGISTRY_CONFIGURATION_PATH", "/c.yml").notices()).isEmpty();
  }

  @Test
  void variable_empty_isNull() {
    Loading loading = Loading.minimalAnd("http: {addr: ':1'}").with("REGISTRY_HTTP_ADDR", "");

    assertThat(loading.port()).isEqualTo(5000);
    assertThat(loading.setting("http.addr").source()).isEqualTo(Source.DEFAULT);
  }

  @Test
  void variable_section_replacesItWholeWithAWarning() {
    Loading loading =
        Loading.minimalAnd("http: {addr: ':1', prefix: /a/}").with("REGISTRY_HTTP", "{addr: ':2'}");

    assertThat(loading.port()).isEqualTo(2);
    assertThat(loading.configuration().http().prefix()).isEqualTo("/");
    assertThat(loading.notices())
        .containsExactly(
            "REGISTRY_HTTP: replaces the whole of http; dropped: http.addr (config.yml:5),"
                + " http.prefix (config.yml:5)");
  }

  @Test
  void variable_mapOfTheUsersOwn_makesLowerCaseKeysAndMeetsExistingOnes() {
    assertThat(
            Loading.minimalAnd("log: {fields: {Env_Name: a, b: c}}")
                .with("REGISTRY_LOG_FIELDS_ENV_NAME", "x")
                .with("REGISTRY_LOG_FIELDS_NEW_ONE", "y")
                .configuration()
                .log()
                .fields())
        .isEqualTo(Map.of("Env_Name", "x", "b", "c", "new_one", "y"));
  }

  @Test
  void variable_wrongType_isRefusedNamingIt() {
    assertThat(MINIMAL.with("REGISTRY_CATALOG_MAXENTRIES", "[1]").problems())
        .containsExactly(
            "REGISTRY_CATALOG_MAXENTRIES: catalog.maxentries is a list (expected: a whole number)");
    assertThat(MINIMAL.with("REGISTRY_HTTP", "x").problems())
        .containsExactly("REGISTRY_HTTP: http must be a section with keys");
    assertThat(MINIMAL.with("REGISTRY_NOTIFICATIONS_ENDPOINTS", "x").problems())
        .containsExactly(
            "REGISTRY_NOTIFICATIONS_ENDPOINTS: notifications.endpoints must be a list");
  }

  @Test
  void variable_belowAPlainValue_isRefused() {
    assertThat(Loading.minimalAnd("log: loud").with("REGISTRY_LOG_LEVEL", "info").problems())
        .containsExactly(
            "REGISTRY_LOG_LEVEL: log holds no keys at config.yml:5 (expected: a section)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"*hidden", "@hidden", "a: [hidden", "\"hidden", "!!java.net.URL [hidden]"})
  void variable_noYaml_isRefusedWithoutRepeatingIt(String value) {
    assertThat(MINIMAL.with("REGISTRY_HTTP_SECRET", value).problems())
        .isNotEmpty()
        .allSatisfy(
            problem ->
                assertThat(problem).startsWith("REGISTRY_HTTP_SECRET: ").doesNotContain("hidden"));
  }

  @Test
  void variable_accessAsBareWord_isFilledInByLongerNames() {
    assertThat(
            MINIMAL
                .with("REGISTRY_AUTH", "htpasswd")
                .with("REGISTRY_AUTH_HTPASSWD_REALM", "r")
                .with("REGISTRY_AUTH_HTPASSWD_PATH", "/p")
                .configuration()
                .auth())
        .isEqualTo(new AuthSettings.Htpasswd("r", Path.of("/p"), false));
  }

  @Test
  void variable_unknownDriver_isRefused() {
    assertThat(MINIMAL.with("REGISTRY_STORAGE_DELTE_ENABLED", "true").problems())
        .containsExactly(
            "REGISTRY_STORAGE_DELTE_ENABLED: storage must provide exactly one storage type."
                + " Provided: [filesystem delte]; from filesystem at config.yml:3, delte at"
                + " REGISTRY_STORAGE_DELTE_ENABLED",
            "REGISTRY_STORAGE_DELTE_ENABLED: storage.delte: unknown storage driver (expected:"
                + " filesystem); did you mean storage.delete?");
  }
}
