package io.stowage.registry.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes out as records: defaults, bounds and the rules of single keys. */
class ConfigurationTest {
  private static final Configuration DEFAULTS = Loading.of(Loading.MINIMAL).configuration();

  @Test
  void load_minimalFile_fillsInDefaults() {
    assertThat(DEFAULTS.log())
        .isEqualTo(
            new LogSettings(
                LogSettings.Level.INFO,
                LogSettings.Format.TEXT,
                Map.of(),
                false,
                LogSettings.Requests.ERRORS,
                new LogSettings.AccessLog(true, LogSettings.AccessFormat.COMBINED),
                List.of()));
    assertThat(DEFAULTS.storage())
        .isEqualTo(
            new StorageSettings(
                new StorageSettings.Filesystem(Path.of("/data")),
                false,
                false,
                new StorageSettings.UploadPurging(
                    true, Duration.ofHours(168), Duration.ofHours(24), false),
                Duration.ofSeconds(60),
                Duration.ofHours(24),
                new StorageSettings.Scrub(true, 8L << 20, Duration.ofHours(168)),
                false));
    assertThat(DEFAULTS.http())
        .isEqualTo(
            new HttpSettings(
                new ListenAddress.Tcp("", 5000),
                "/",
                new Locations.Relative(),
                Duration.ofSeconds(8),
                Map.of(),
                new HttpLimits(
                    8192,
                    32768,
                    100,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(60),
                    1024,
                    1048576,
                    10000,
                    0),
                null,
                true,
                false,
                List.of(),
                new CorsSettings(List.of(), Duration.ofMinutes(10)),
                null));
    assertThat(DEFAULTS.auth()).isEqualTo(new AuthSettings.None());
    assertThat(DEFAULTS.logins())
        .isEqualTo(new LoginSettings(Duration.ofMinutes(5), 10, Duration.ofMinutes(1), 256));
    assertThat(DEFAULTS.access()).isEqualTo(new AccessSettings(null, Map.of(), List.of(), false));
    assertThat(DEFAULTS.tokens())
        .isEqualTo(
            new TokenSettings(
                TokenSettings.Mode.AUTO,
                "stowage",
                "stowage",
                Duration.ofMinutes(5),
                Duration.ofDays(90),
                Duration.ofDays(30)));
    assertThat(DEFAULTS.health().storageDriver())
        .isEqualTo(
            new HealthSettings.StorageDriver(
                false, new HealthSettings.Rhythm(Duration.ofSeconds(10), 1)));
    assertThat(DEFAULTS.lists()).isEqualTo(new ListSettings(1000, 1000));
    assertThat(DEFAULTS.manifests())
        .isEqualTo(
            new ManifestSettings(
                4 << 20,
                UrlPolicy.ANY,
                new ManifestSettings.IndexChildren.All(),
                ManifestSettings.MissingLayers.REFUSE,
                Set.of()));
  }

  @Test
  void load_noStorage_isRefused() {
    assertThat(Loading.of("version: 0.1").problems())
        .containsExactly(
            "config.yml: no storage configuration provided (expected: storage.filesystem)");
  }

  @Test
  void load_onlyReservedWordsUnderStorage_isRefused() {
    assertThat(Loading.of("version: 0.1\nstorage: {delete: {enabled: true}}").problems())
        .containsExactly(
            "config.yml: no storage configuration provided (expected: storage.filesystem)");
  }

  @Test
  void load_storageAsBareWord_isThatDriver() {
    Configuration configuration =
        Loading.of("version: 0.1\nstorage: filesystem\nauth: none").configuration();

    assertThat(configuration.storage().filesystem().rootDirectory())
        .isEqualTo(Path.of("/var/lib/registry"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.1", "'0.1'"})
  void load_version_isNumberOrText(String version) {
    assertThat(Loading.of("version: " + version + "\nstorage: filesystem").problems()).isEmpty();
  }

  @Test
  void load_otherVersion_isRefused() {
    assertThat(Loading.of("version: 2\nstorage: filesystem").problems())
        .containsExactly("config.yml:1: version: unsupported version \"2\" (expected: 0.1)");
    assertThat(Loading.of("storage: filesystem").problems())
        .containsExactly("config.yml: version is missing; the first line should be version: 0.1");
  }

  @Test
  void load_manyProblems_reportsAllOfThem() {
    assertThat(
            Loading.of(
                    """
                    version: 9
                    log: {level: loud}
                    storage: {filesystem: {}, delete: {enabled: often}}
                    http: {addr: nowhere}
                    """)
                .with("REGISTRY_TAGS_MAXTAGS", "-1")
                .problems())
        .containsExactly(
            "config.yml:1: version: unsupported version \"9\" (expected: 0.1)",
            "config.yml:2: log.level: \"loud\" is not allowed (expected: error, warn, info, debug)",
            "config.yml:3: storage.delete.enabled: \"often\" is not allowed"
                + " (expected: true or false)",
            "config.yml:4: http.addr: \"nowhere\" is not allowed"
                + " (expected: host:port, :port or [address]:port)",
            "REGISTRY_TAGS_MAXTAGS: tags.maxtags: \"-1\" is not allowed"
                + " (expected: a number from 0 to 2147483647)");
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:5000, localhost, 5000",
    "':5000', '', 5000",
    "'[::]:5000', '::', 5000",
    "'[fe80::1%eth0]:80', 'fe80::1%eth0', 80",
    "127.0.0.1:0, 127.0.0.1, 0"
  })
  void address_form_isUnderstood(String written, String host, int port) {
    assertThat(ListenAddress.Tcp.parse(written)).contains(new ListenAddress.Tcp(host, port));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"5000", "::1:5000", "a:65536", "a:http", "", "/run/x.sock", "a:-1", "a b:1"})
  void address_otherForm_isRefused(String written) {
    assertThat(ListenAddress.Tcp.parse(written)).isEmpty();
  }

  @Test
  void net_unix_takesThePathOfASocket() {
    assertThat(
            Loading.minimalAnd("http: {net: unix, addr: /run/registry.sock}")
                .configuration()
                .http()
                .address())
        .isEqualTo(new ListenAddress.Unix(Path.of("/run/registry.sock")));
  }

  @Test
  void locations_relativeUrlsFalse_comeFromTheRequest() {
    assertThat(Loading.minimalAnd("http: {relativeurls: false}").configuration().http().locations())
        .isEqualTo(new Locations.FromRequest());
    assertThat(Loading.minimalAnd("http: {relativeurls: true}").configuration().http().locations())
        .isEqualTo(new Locations.Relative());
  }

  @Test
  void locations_host_isTheBaseWhateverRelativeUrlsSays() {
    Loading both = Loading.minimalAnd("http: {host: 'https://r.example.com', relativeurls: true}");

    assertThat(both.configuration().http().locations())
        .isEqualTo(new Locations.Fixed(URI.create("https://r.example.com")));
    assertThat(both.notices())
        .containsExactly(
            "config.yml:5: http.relativeurls: has no effect, because http.host is set");
  }

  @ParameterizedTest
  @ValueSource(strings = {"r.example.com", "localhost:5000", "ftp://x"})
  void locations_hostWithoutScheme_isIgnoredWithAWarning(String host) {
    Loading loading = Loading.minimalAnd("http: {host: '" + host + "'}");

    assertThat(loading.configuration().http().locations()).isEqualTo(new Locations.Relative());
    assertThat(loading.notices())
        .containsExactly(
            "config.yml:5: http.host: no URL with http or https, ignored; write"
                + " https://registry.example.com");
  }

  @ParameterizedTest
  @CsvSource({"/, /", "/a, /a/", "/a/b/, /a/b/"})
  void prefix_path_endsWithASlash(String written, String prefix) {
    assertThat(
            Loading.minimalAnd("http: {prefix: " + written + "}").configuration().http().prefix())
        .isEqualTo(prefix);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "//", "/a//b/", "/../", "/a?b/"})
  void prefix_noPath_isRefused(String written) {
    assertThat(Loading.minimalAnd("http: {prefix: '" + written + "'}").problems()).hasSize(1);
  }

  @Test
  void headers_lineBreakInValue_isRefused() {
    assertThat(Loading.minimalAnd("http: {headers: {X-A: \"a\\r\\nSet-Cookie: b\"}}").problems())
        .containsExactly(
            "config.yml:5: http.headers.X-A: name or value holds characters that HTTP does not"
                + " allow in a header field");
  }

  @Test
  void threads_ofDistributionsDriver_areAcceptedInSilence() {
    Loading loading = Loading.of("version: 0.1\nstorage: {filesystem: {maxthreads: 5}}");

    assertThat(loading.setting("storage.filesystem.maxthreads").value()).isEqualTo("5");
    assertThat(loading.notices()).isEmpty();
  }

  @Test
  void catalog_zeroOrLess_meansTheDefault() {
    assertThat(Loading.minimalAnd("catalog: {maxentries: -5}").configuration().lists())
        .isEqualTo(new ListSettings(1000, 1000));
  }

  @Test
  void manifests_limitBelowFourMebibytes_isRefused() {
    assertThat(Loading.minimalAnd("stowage: {manifests: {maxbytes: 1MiB}}").problems())
        .containsExactly(
            "config.yml:5: stowage.manifests.maxbytes: \"1MiB\" is not allowed"
                + " (expected: between 4194304 and 268435456 bytes)");
  }

  @Test
  void requests_limitsOutOfBounds_areRefused() {
    assertThat(
            Loading.minimalAnd(
                    "stowage: {http: {maxbodybytes: 1023, maxranges: 0},"
                        + " uploads: {maxperidentity: -1}}")
                .problems())
        .containsExactly(
            "config.yml:5: stowage.http.maxbodybytes: \"1023\" is not allowed"
                + " (expected: between 1024 and 16777216 bytes)",
            "config.yml:5: stowage.http.maxranges: \"0\" is not allowed"
                + " (expected: a number from 1 to 2147483647)",
            "config.yml:5: stowage.uploads.maxperidentity: \"-1\" is not allowed"
                + " (expected: a number from 0 to 2147483647)");
  }

  @Test
  void purging_ageInNanoseconds_isRefused() {
    assertThat(
            Loading.of(Loading.MINIMAL)
                .with("REGISTRY_STORAGE_MAINTENANCE_UPLOADPURGING_AGE", "168")
                .problems())
        .containsExactly(
            "REGISTRY_STORAGE_MAINTENANCE_UPLOADPURGING_AGE:"
                + " storage.maintenance.uploadpurging.age: \"168\" is not allowed"
                + " (expected: at least 1m)");
  }

  @ParameterizedTest
  @CsvSource({"ENABLED, false", "DRYRUN, true"})
  void purging_offWhileUploadsAreLimited_isWarnedAbout(String key, String value) {
    String variable = "REGISTRY_STORAGE_MAINTENANCE_UPLOADPURGING_" + key;
    Loading loading = Loading.of(Loading.MINIMAL).with(variable, value);

    assertThat(loading.notices())
        .containsExactly(
            variable
                + ": storage.maintenance.uploadpurging."
                + key.toLowerCase(Locale.ROOT)
                + ": uploads that somebody left count as open for ever, and who has left as many as"
                + " stowage.uploads.maxperidentity allows can push no more");
    assertThat(loading.with("REGISTRY_STOWAGE_UPLOADS_MAXPERIDENTITY", "0").notices()).isEmpty();
    assertThat(loading.with("REGISTRY_STORAGE_MAINTENANCE_READONLY_ENABLED", "true").notices())
        .isEmpty();
  }

  @Test
  void validation_disabled_letsEveryUrlAndIndexPass() {
    ManifestSettings manifests =
        Loading.minimalAnd("validation: {disabled: true, manifests: {urls: {deny: ['.*']}}}")
            .configuration()
            .manifests();

    assertThat(manifests.layerUrls()).isEqualTo(UrlPolicy.ANY);
    assertThat(manifests.indexChildren()).isEqualTo(new ManifestSettings.IndexChildren.None());
  }

  @Test
  void validation_bothKeysAndContrary_newOneWins() {
    Loading loading = Loading.minimalAnd("validation: {disabled: false, enabled: false}");

    assertThat(loading.configuration().manifests().indexChildren())
        .isEqualTo(new ManifestSettings.IndexChildren.All());
    assertThat(loading.notices())
        .containsExactly(
            "config.yml:5: validation.enabled: ignored, because validation.disabled says otherwise");
  }

  @Test
  void indexes_platformList_isBound() {
    assertThat(
            Loading.minimalAnd(
                    """
                    validation:
                      manifests:
                        indexes:
                          platforms: list
                          platformlist:
                            - architecture: amd64
                              os: linux
                    """)
                .with("REGISTRY_VALIDATION_MANIFESTS_INDEXES_PLATFORMLIST_1_ARCHITECTURE", "arm64")
                .with("REGISTRY_VALIDATION_MANIFESTS_INDEXES_PLATFORMLIST_1_OS", "linux")
                .configuration()
                .manifests()
                .indexChildren())
        .isEqualTo(
            new ManifestSettings.IndexChildren.Of(
                Set.of(
                    new ManifestSettings.Platform("amd64", "linux"),
                    new ManifestSettings.Platform("arm64", "linux"))));
  }

  @Test
  void urls_badPattern_isRefusedWithItsSource() {
    assertThat(Loading.minimalAnd("validation: {manifests: {urls: {allow: ['a(b']}}}").problems())
        .containsExactly(
            "config.yml:5: validation.manifests.urls.allow: \"a(b\" is no pattern: Unclosed group");
  }

  @Test
  void urls_allowAndDeny_bothDecide() {
    UrlPolicy policy =
        Loading.minimalAnd(
                "validation: {manifests: {urls: {allow: ['^https://a/', b], deny: ['/x$']}}}")
            .configuration()
            .manifests()
            .layerUrls();

    assertThat(List.of("https://a/1", "http://b", "https://c/", "https://a/x"))
        .extracting(policy::permits)
        .containsExactly(true, true, false, false);
  }

  @Test
  void embeddedFile_isValidAndSaysOnlyThatItIsOpen() throws Exception {
    Loaded loaded =
        new ConfigurationLoader(path -> path).load(ConfigurationFile.embedded(), Map.of());

    assertThat(loaded.notices())
        .extracting(Notice::message)
        .containsExactly(
            "the registry is open to everybody who can reach it (auth is not configured)");
    assertThat(loaded.configuration().storage().filesystem().rootDirectory())
        .isEqualTo(Path.of("./data"));
    assertThat(loaded.configuration().storage().deleteEnabled()).isTrue();
    assertThat(loaded.configuration().http().address()).isEqualTo(new ListenAddress.Tcp("", 5000));
    assertThat(loaded.settings())
        .contains(
            new Setting(
                "storage.delete.enabled",
                "true",
                new Source.Line("built-in default.yml", 27),
                true));
  }

  @Test
  void embeddedFile_everythingUncommented_isValidToo() throws Exception {
    String uncommented =
        ConfigurationFile.embedded()
            .text()
            .lines()
            .map(
                line ->
                    line.matches(" *# +?( *[a-z]+:( .*)?| *- .*| +[a-z]+: .*)")
                        ? line.replaceFirst("# ", "")
                        : line)
            .reduce("", (text, line) -> text + line + "\n");

    Loaded loaded = Loading.of(uncommented).load();

    assertThat(loaded.notices()).isEmpty();
    assertThat(loaded.configuration().http().prefix()).isEqualTo("/registry/");
    assertThat(loaded.configuration().http().tls()).isNotNull();
    assertThat(loaded.configuration().access().rules()).hasSize(4);
    assertThat(loaded.configuration().auth()).isInstanceOf(AuthSettings.Htpasswd.class);
    assertThat(loaded.configuration().manifests().layerUrls().allow()).hasSize(1);
    assertThat(loaded.configuration().log().fields()).containsEntry("service", "registry");
  }

  @Test
  void imageFile_isValidAndHoldsNoWordOfOurs() throws Exception {
    try (var in = ConfigurationFile.class.getResourceAsStream("image.yml")) {
      String text = new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      Loading loading = Loading.of(text);
      Loaded loaded = loading.load();

      assertThat(loading.notices()).isEmpty();
      assertThat(text).doesNotContain("stowage:");
      assertThat(loaded.configuration().storage().deleteEnabled()).isTrue();
      assertThat(loaded.configuration().http().headers())
          .containsEntry("x-content-type-options", List.of("nosniff"));
      assertThat(loaded.configuration().http().debug()).isNull();
      assertThat(loading.with("REGISTRY_HTTP_DEBUG_ADDR", ":5001").configuration().http().debug())
          .isEqualTo(new DebugSettings(new ListenAddress.Tcp("", 5001), "/metrics"));
    }
  }
}
