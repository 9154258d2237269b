package io.stowage.registry.server;

import static io.stowage.registry.server.Answers.refusals;
import static io.stowage.registry.server.Answers.refused;
import static io.stowage.registry.server.RegistryClient.blob;
import static io.stowage.registry.server.RegistryClient.manifest;
import static io.stowage.registry.server.RegistryClient.uploads;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.stowage.registry.config.Configuration;
import io.stowage.registry.config.ConfigurationException;
import io.stowage.registry.config.ConfigurationFile;
import io.stowage.registry.config.ConfigurationLoader;
import io.stowage.registry.oci.MediaType;
import io.stowage.registry.server.http.WireClient;
import io.stowage.registry.server.http.WireClient.WireResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.mindrot.jbcrypt.BCrypt;

/** From a configuration to a running registry: what each key does to real requests. */
class AssemblyTest {
  private static final Content BLOB = Content.random(600);
  private static final Document IMAGE =
      Document.image(Content.of("not there"), Content.of("not there either"));

  /** Of the password alice. */
  private static final String ALICES_HASH = BCrypt.hashpw("alice", BCrypt.gensalt(4));

  private final Deque<RegistryServer> running = new ArrayDeque<>();
  private final ByteArrayOutputStream accessLog = new ByteArrayOutputStream();

  @TempDir private Path folder;

  @AfterEach
  void stopAll() {
    running.forEach(server -> server.stop(Duration.ZERO));
  }

  // --- in short

  private static Configuration configuration(Path root, String... variablesAndValues)
      throws ConfigurationException {
    Map<String, String> environment = new HashMap<>();
    for (int i = 0; i < variablesAndValues.length; i += 2) {
      environment.put(variablesAndValues[i], variablesAndValues[i + 1]);
    }
    String yaml =
        """
        version: 0.1
        storage:
          filesystem:
            rootdirectory: %s
          delete:
            enabled: true
        http:
          addr: 127.0.0.1:0
        stowage:
          storage:
            lockwait: 0s
        """
            .formatted(root);
    return ConfigurationLoader.fromDisk()
        .load(new ConfigurationFile("config.yml", yaml), environment)
        .configuration();
  }

  private RegistryServer start(Configuration configuration) throws IOException {
    return RegistryAssembly.start(configuration, ConfigurationSource.of(configuration), accessLog);
  }

  private RegistryServer server(String... variablesAndValues)
      throws ConfigurationException, IOException {
    RegistryServer server = start(configuration(folder, variablesAndValues));
    running.push(server);
    return server;
  }

  /** Starts a registry on the test's folder. */
  private RegistryClient start(String... variablesAndValues)
      throws ConfigurationException, IOException {
    return new RegistryClient(server(variablesAndValues).address());
  }

  /** Stops what runs and starts it again on the same folder. */
  private RegistryClient restart(String... variablesAndValues)
      throws ConfigurationException, IOException {
    running.pop().stop(Duration.ofSeconds(5));
    return start(variablesAndValues);
  }

  // --- http

  @Test
  void start_onPortZero_listensOnAPortOfItsOwn() throws Exception {
    RegistryServer server = server();

    assertThat(server.address().getPort()).isPositive();
    assertThat(new RegistryClient(server.address()).get("/v2/").status()).isEqualTo(200);
  }

  @Test
  @DisplayName("10-9, 10-10: relative, whatever a proxy says")
  void locations_byDefault_areRelative() throws Exception {
    RegistryClient registry = start();

    assertThat(location(registry)).startsWith("/v2/a/blobs/uploads/");
  }

  @Test
  @DisplayName("10-9, 10-10, AN-10, AN-11")
  void locations_thatAreExplicitlyNotRelative_nameTheHostTheClientUsed() throws Exception {
    RegistryClient registry = start("REGISTRY_HTTP_RELATIVEURLS", "false");

    assertThat(location(registry)).startsWith("http://registry.test/v2/a/blobs/uploads/");
  }

  @Test
  @DisplayName("10-9: the prefix is always included")
  void locations_withHostAndPrefix_haveBoth() throws Exception {
    RegistryClient registry =
        start(
            "REGISTRY_HTTP_HOST", "https://registry.example.test/",
            "REGISTRY_HTTP_PREFIX", "/pre/fix/");

    WireResponse started = registry.call("POST", "/pre/fix" + uploads("a")).send();

    assertThat(started.header("Location").orElseThrow())
        .startsWith("https://registry.example.test/pre/fix/v2/a/blobs/uploads/");
  }

  private static String location(RegistryClient registry) throws IOException {
    return registry
        .call("POST", uploads("a"))
        .with("X-Forwarded-Host", "attacker.test")
        .with("X-Forwarded-Proto", "https")
        .with("X-Forwarded-Port", "444")
        .with("Forwarded", "proto=https;host=attacker.test")
        .send()
        .header("Location")
        .orElseThrow();
  }

  @Test
  void prefix_isPartOfEveryPath() throws Exception {
    RegistryClient registry = start("REGISTRY_HTTP_PREFIX", "/pre");

    assertThat(registry.get("/pre/v2/").status()).isEqualTo(200);
    refused(registry.get("/v2/"), 404, "UNSUPPORTED");
    String upload =
        registry.call("POST", "/pre" + uploads("a")).send().header("Location").orElseThrow();
    assertThat(upload).startsWith("/pre/v2/a/blobs/uploads/");
    WireResponse pushed =
        registry.call("PUT", upload + "?digest=" + BLOB.digest()).body(BLOB).send();
    assertThat(pushed.header("Location")).contains("/pre" + blob("a", BLOB.digest()));
    push(registry, "/pre" + manifest("a", "v1"));
    push(registry, "/pre" + manifest("a", "v2"));
    assertThat(registry.get("/pre/v2/a/tags/list?n=1").header("Link"))
        .contains("</pre/v2/a/tags/list?last=v1&n=1>; rel=\"next\"");
  }

  private static void push(RegistryClient registry, String target) throws IOException {
    WireResponse pushed =
        registry
            .call("PUT", target)
            .with("Content-Type", MediaType.OCI_INDEX.value())
            .body(Document.index().content())
            .send();
    assertThat(pushed.status()).isEqualTo(201);
  }

  @Test
  @DisplayName("1, 10-39: also on what no handler answers, and never twice")
  void headers_ofTheConfiguration_areOnEveryResponse() throws Exception {
    RegistryClient registry =
        start("REGISTRY_HTTP_HEADERS", "{X-Content-Type-Options: [nosniff], X-Ours: [one, two]}");

    assertThat(registry.get("/v2/").headers("X-Ours")).containsExactly("one", "two");
    assertThat(registry.get("/v2/nowhere").headers("X-Ours")).containsExactly("one", "two");
    try (WireClient client = registry.connect()) {
      client.send("BROKEN\n\n");
      WireResponse refusal = client.readResponse();
      assertThat(refusal.status()).isEqualTo(400);
      assertThat(refusal.headers("X-Ours")).containsExactly("one", "two");
      assertThat(refusal.headers("X-Content-Type-Options")).containsExactly("nosniff");
    }
  }

  @Test
  void headers_thatAResponseHasItself_areNotDoubled() throws Exception {
    RegistryClient registry = start("REGISTRY_HTTP_HEADERS", "{cache-control: [no-store]}");
    String path = registry.pushBlob("a", BLOB);

    assertThat(registry.get("/v2/").headers("Cache-Control")).containsExactly("no-store");
    assertThat(registry.get(path).headers("Cache-Control")).containsExactly("max-age=31536000");
  }

  @Test
  void requestLine_aboveTheConfiguredLength_isRefused() throws Exception {
    RegistryClient registry = start("REGISTRY_STOWAGE_HTTP_MAXREQUESTLINE", "1KiB");

    try (WireClient client = registry.connect()) {
      assertThat(client.get("/v2/" + "a".repeat(1100)).status()).isEqualTo(414);
    }
  }

  // --- storage

  @Test
  @DisplayName("AZ-1, 10-32: a file that doesn't say so means no")
  void delete_thatIsOff_isRefusedForAllAlike() throws Exception {
    RegistryClient registry = start();
    Document document = registry.pushNamed("a", "one", "v1");
    registry = restart("REGISTRY_STORAGE_DELETE_ENABLED", "false");

    for (String target :
        List.of(
            manifest("a", "v1"),
            manifest("a", document.digest()),
            blob("a", Document.EMPTY_CONFIG.digest()))) {
      refused(registry.delete(target), 405, "UNSUPPORTED");
      assertThat(registry.get(target).status()).isEqualTo(200);
    }
  }

  @Test
  @DisplayName("10-5")
  void write_whileReadOnly_isRefused() throws Exception {
    RegistryClient registry = start();
    Document document = registry.pushNamed("a", "one", "v1");
    String upload = registry.startUpload("a");
    registry = restart("REGISTRY_STORAGE_MAINTENANCE_READONLY_ENABLED", "true");

    assertThat(registry.get(manifest("a", "v1")).body()).isEqualTo(document.content().bytes());
    assertThat(Bodies.tags(registry.get("/v2/a/tags/list"))).containsExactly("v1");
    for (WireResponse refusal :
        List.of(
            registry.call("POST", uploads("a")).send(),
            registry.call("PATCH", upload).body(BLOB).send(),
            registry.call("PUT", upload + "?digest=" + BLOB.digest()).body(BLOB).send(),
            registry.delete(upload),
            registry.put("a", "v2", document).send(),
            registry.delete(manifest("a", "v1")),
            registry.delete(blob("a", Document.EMPTY_CONFIG.digest())))) {
      assertThat(refused(refusal, 405, "UNSUPPORTED").detailText())
          .contains("the registry is read-only");
      assertThat(refusal.header("Allow").orElseThrow())
          .doesNotContain("PUT", "POST", "PATCH", "DELETE");
    }
    assertThat(registry.get(manifest("a", "v1")).status()).isEqualTo(200);
  }

  @Test
  @DisplayName("IS-1 across a restart")
  void restart_onSameFolder_keepsEverything() throws Exception {
    RegistryClient registry = start();
    registry.pushBlob("a", BLOB);
    registry.pushBlob("b", BLOB);
    Document subject = registry.pushNamed("a", "one", "v1");
    Document referrer = Document.referrer(subject.digest(), "application/x", "sbom");
    registry.pushManifest("a", referrer.digest(), referrer);
    registry.pushNamed("b", "two", "v2");
    registry.delete(blob("b", BLOB.digest()));

    registry = restart();

    assertThat(registry.get(blob("a", BLOB.digest())).body()).isEqualTo(BLOB.bytes());
    refused(registry.get(blob("b", BLOB.digest())), 404, "BLOB_UNKNOWN");
    assertThat(registry.get(manifest("a", "v1")).body()).isEqualTo(subject.content().bytes());
    assertThat(registry.get(manifest("a", "v1")).header("Content-Type"))
        .contains(subject.mediaType());
    assertThat(Bodies.repositories(registry.get("/v2/_catalog"))).containsExactly("a", "b");
    assertThat(Bodies.tags(registry.get("/v2/b/tags/list"))).containsExactly("v2");
    assertThat(Bodies.index(registry.get("/v2/a/referrers/" + subject.digest())).digests())
        .containsExactly(referrer.digest().toString());
  }

  @Test
  @DisplayName("10-11: without http.secret")
  void upload_acrossRestart_goesOn() throws Exception {
    RegistryClient registry = start();
    String upload = registry.startUpload("a");
    registry.call("PATCH", upload).body(BLOB.slice(0, 250)).send();

    registry = restart();

    assertThat(registry.get(upload).header("Range")).contains("0-249");
    WireResponse chunk =
        registry
            .call("PATCH", upload)
            .with("Content-Range", "250-499")
            .body(BLOB.slice(250, 500))
            .send();
    assertThat(chunk.status()).isEqualTo(202);
    WireResponse pushed =
        registry.call("PUT", upload + "?digest=" + BLOB.digest()).body(BLOB.slice(500, 600)).send();
    assertThat(pushed.status()).isEqualTo(201);
    assertThat(registry.get(blob("a", BLOB.digest())).body()).isEqualTo(BLOB.bytes());
  }

  @Test
  @DisplayName("10-7: what distribution let in is served, and nothing more is let in")
  void repository_withUpperCase_isServedWhereItExists() throws Exception {
    RegistryClient registry = start();
    Document document = registry.pushNamed("upper/app", "one", "v1");
    running.pop().stop(Duration.ofSeconds(5));
    Path repositories = folder.resolve("docker/registry/v2/repositories");
    Files.move(repositories.resolve("upper"), repositories.resolve("UPPER"));

    registry = start();

    assertThat(registry.get(manifest("UPPER/app", "v1")).body())
        .isEqualTo(document.content().bytes());
    assertThat(Bodies.repositories(registry.get("/v2/_catalog"))).containsExactly("UPPER/app");
    Document second = registry.pushNamed("UPPER/app", "two", "v2");
    assertThat(registry.get(manifest("UPPER/app", "v2")).body())
        .isEqualTo(second.content().bytes());
    refused(registry.call("POST", uploads("UPPER/other")).send(), 400, "NAME_INVALID");
  }

  // --- validation and lists

  @Test
  @DisplayName("10-3: the limit is configurable")
  void manifest_belowTheConfiguredLimit_isAccepted() throws Exception {
    RegistryClient registry = start("REGISTRY_STOWAGE_MANIFESTS_MAXBYTES", "6MiB");
    String padding = " ".repeat(5 * 1024 * 1024);
    Document large =
        Document.of(
            MediaType.OCI_INDEX,
            new String(Document.index().content().bytes(), StandardCharsets.UTF_8) + padding);

    registry.pushManifest("a", "v1", large);

    assertThat(registry.get(manifest("a", "v1")).body()).isEqualTo(large.content().bytes());
  }

  @Test
  @DisplayName("12: sparse indexes")
  void index_withoutItsChildren_isAcceptedWherePlatformsAreNone() throws Exception {
    RegistryClient registry = start("REGISTRY_VALIDATION_MANIFESTS_INDEXES_PLATFORMS", "none");

    registry.pushManifest("a", "v1", Document.index(IMAGE));
    assertThat(refusals(registry.put("a", "v2", IMAGE).send(), 400)).hasSize(2);
  }

  @Test
  void index_withoutChildrenOfListedPlatforms_isRefused() throws Exception {
    RegistryClient amd64 =
        start(
            "REGISTRY_VALIDATION_MANIFESTS_INDEXES_PLATFORMS", "list",
            "REGISTRY_VALIDATION_MANIFESTS_INDEXES_PLATFORMLIST",
                "[{architecture: amd64, os: linux}]");
    refused(amd64.put("a", "v1", Document.index(IMAGE)).send(), 400, "MANIFEST_BLOB_UNKNOWN");

    RegistryClient arm64 =
        restart(
            "REGISTRY_VALIDATION_MANIFESTS_INDEXES_PLATFORMS", "list",
            "REGISTRY_VALIDATION_MANIFESTS_INDEXES_PLATFORMLIST",
                "[{architecture: arm64, os: linux}]");
    arm64.pushManifest("a", "v1", Document.index(IMAGE));
  }

  @Test
  @DisplayName("12: an own switch, off by default")
  void image_withoutItsLayers_isAcceptedWhereAllowed() throws Exception {
    RegistryClient registry = start();
    assertThat(refusals(registry.put("a", "v1", IMAGE).send(), 400)).hasSize(2);

    registry = restart("REGISTRY_STOWAGE_VALIDATION_MISSINGLAYERS", "allow");

    registry.pushManifest("a", "v1", IMAGE);
    refused(
        registry.put("a", "v2", Document.index(Document.named("x"))).send(),
        400,
        "MANIFEST_BLOB_UNKNOWN");
  }

  @Test
  @DisplayName("10-20")
  void layerUrls_againstPolicy_areRefused() throws Exception {
    RegistryClient registry =
        start(
            "REGISTRY_VALIDATION_MANIFESTS_URLS_ALLOW", "['^https://good\\.test/']",
            "REGISTRY_VALIDATION_MANIFESTS_URLS_DENY", "['secret']");
    registry.pushBlob("a", Document.EMPTY_CONFIG);

    registry.pushManifest("a", "v1", foreign("https://good.test/layer"));
    refused(
        registry.put("a", "v2", foreign("https://good.test/secret")).send(),
        400,
        "MANIFEST_INVALID");
    refused(
        registry.put("a", "v2", foreign("https://bad.test/layer")).send(), 400, "MANIFEST_INVALID");
  }

  private static Document foreign(String url) {
    return Document.of(
        MediaType.OCI_MANIFEST,
        "{\"schemaVersion\":2,\"config\":%s,\"layers\":[{\"mediaType\":\"application/vnd.oci.image.layer.nondistributable.v1.tar\",\"digest\":\"%s\",\"size\":1,\"urls\":[\"%s\"]}]}"
            .formatted(
                Document.EMPTY_CONFIG.descriptor("application/vnd.oci.empty.v1+json"),
                Content.of("far away").digest(),
                url));
  }

  @Test
  @DisplayName("10-27")
  void pages_areAsLargeAsConfigured() throws Exception {
    RegistryClient registry =
        start("REGISTRY_CATALOG_MAXENTRIES", "2", "REGISTRY_TAGS_MAXTAGS", "1");
    for (String name : List.of("a", "b", "c")) {
      registry.pushManifest(name, "v1", Document.index());
      registry.pushManifest(name, "v2", Document.index());
    }

    assertThat(Bodies.repositories(registry.get("/v2/_catalog?n=100"))).containsExactly("a", "b");
    assertThat(Bodies.tags(registry.get("/v2/a/tags/list?n=100"))).containsExactly("v1");
    assertThat(Bodies.tags(registry.get("/v2/a/tags/list"))).containsExactly("v1", "v2");
  }

  // --- health and logs

  @Test
  @DisplayName("10-35: 503 below /v2/, and back; / stays")
  void health_ofStorageThatGoesAway_makesItUnavailableUntilItIsBack() throws Exception {
    Path root = Files.createDirectory(folder.resolve("volume"));
    RegistryServer server =
        start(
            configuration(
                root,
                "REGISTRY_HEALTH_STORAGEDRIVER_ENABLED",
                "true",
                "REGISTRY_HEALTH_STORAGEDRIVER_INTERVAL",
                "20ms",
                "REGISTRY_HEALTH_STORAGEDRIVER_THRESHOLD",
                "2"));
    running.push(server);
    RegistryClient registry = new RegistryClient(server.address());
    assertThat(registry.get("/v2/").status()).isEqualTo(200);

    Files.move(root, folder.resolve("gone"));
    WireResponse refusal =
        ApiTest.await(() -> registry.get("/v2/"), response -> response.status() != 200);
    refused(refusal, 503, "UNAVAILABLE");
    assertThat(refusal.header("Retry-After").orElseThrow()).matches("[1-9][0-9]*");
    assertThat(registry.get("/").status()).isEqualTo(200);

    Files.move(folder.resolve("gone"), root);
    ApiTest.await(() -> registry.get("/v2/").status(), status -> status == 200);
  }

  @Test
  void health_ofAFileThatAppears_makesUnavailableUntilItIsGone() throws Exception {
    Path down = folder.resolve("down");
    RegistryClient registry =
        start("REGISTRY_HEALTH_FILE", "[{file: " + down + ", interval: 20ms, threshold: 2}]");

    Files.createFile(down);
    WireResponse refusal =
        ApiTest.await(() -> registry.get("/v2/"), response -> response.status() != 200);
    assertThat(refused(refusal, 503, "UNAVAILABLE").detailText())
        .isEqualTo("health check failed: please see /debug/health");

    Files.delete(down);
    ApiTest.await(() -> registry.get("/v2/").status(), status -> status == 200);
  }

  @Test
  void accessLog_hasALineForEachRequest() throws Exception {
    RegistryClient registry = start();
    registry.call("GET", "/v2/").with("User-Agent", "test/1").send();
    registry.get("/v2/nowhere/here");

    running.pop().stop(Duration.ofSeconds(5));

    assertThat(accessLog.toString(StandardCharsets.UTF_8).lines())
        .anyMatch(line -> line.endsWith("\"GET /v2/ HTTP/1.1\" 200 2 \"\" \"test/1\""))
        .anyMatch(line -> line.contains("\"GET /v2/nowhere/here HTTP/1.1\" 404 "))
        .hasSize(2);
  }

  @Test
  void accessLog_thatIsOff_staysEmpty() throws Exception {
    start("REGISTRY_LOG_ACCESSLOG_DISABLED", "true").get("/v2/");

    running.pop().stop(Duration.ofSeconds(5));

    assertThat(accessLog.size()).isZero();
  }

  @Test
  void accessLog_asJson_namesUserAndRequest() throws Exception {
    Path users = Files.writeString(folder.resolve("htpasswd"), "alice:" + ALICES_HASH + "\n");
    RegistryClient registry =
        start(
            "REGISTRY_AUTH_HTPASSWD_PATH",
            users.toString(),
            "REGISTRY_STOWAGE_LOG_ACCESS_FORMAT",
            "json");
    String credentials =
        Base64.getEncoder().encodeToString("alice:alice".getBytes(StandardCharsets.UTF_8));
    WireResponse found =
        registry.call("GET", "/v2/").with("Authorization", "Basic " + credentials).send();

    running.pop().stop(Duration.ofSeconds(5));

    assertThat(accessLog.toString(StandardCharsets.UTF_8))
        .contains(
            "\"id\":\"" + found.header("X-Request-Id").orElseThrow() + "\"",
            "\"user\":\"alice\"",
            "\"target\":\"/v2/\"",
            "\"resource\":\"base\"");
  }

  @Test
  void requestLog_byDefault_tellsRefusalsAsInformation() throws Exception {
    try (RequestLines lines = new RequestLines()) {
      RegistryClient registry = start();
      registry.get("/v2/");
      registry.get(manifest("a/b", "x"));
      running.pop().stop(Duration.ofSeconds(5));

      assertThat(lines.events())
          .singleElement()
          .satisfies(
              event -> {
                assertThat(event.getLevel()).isEqualTo(Level.INFO);
                assertThat(event.getKeyValuePairs())
                    .extracting(pair -> pair.key + "=" + pair.value)
                    .contains(
                        "http.request.host=registry.test",
                        "http.response.contenttype=application/json",
                        "http.response.status=404",
                        "vars.name=a/b",
                        "vars.reference=x",
                        "err.code=manifest unknown");
              });
    }
  }

  @Test
  void requestLog_whereAllAreWanted_tellsSuccessesToo() throws Exception {
    try (RequestLines lines = new RequestLines()) {
      start("REGISTRY_STOWAGE_LOG_REQUESTS", "all").get("/v2/");
      running.pop().stop(Duration.ofSeconds(5));

      assertThat(lines.events())
          .extracting(ILoggingEvent::getFormattedMessage)
          .containsExactly("response completed");
    }
  }

  @Test
  void requestLog_whereNoneAreWanted_saysNothing() throws Exception {
    try (RequestLines lines = new RequestLines()) {
      start("REGISTRY_STOWAGE_LOG_REQUESTS", "none").get("/v2/nowhere/here");
      running.pop().stop(Duration.ofSeconds(5));

      assertThat(lines.events()).isEmpty();
    }
  }

  // --- starts that fail

  @Test
  void start_onAddressInUse_isRefusedAndLetsGoOfTheStorage() throws Exception {
    int port = server().address().getPort();
    Path other = Files.createDirectory(folder.resolve("other"));
    Configuration taken = configuration(other, "REGISTRY_HTTP_ADDR", "127.0.0.1:" + port);

    assertThatThrownBy(() -> start(taken))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("127.0.0.1:" + port)
        .hasMessageContaining("in use");

    running.push(start(configuration(other)));
  }

  @Test
  void start_onFolderOfAnotherServer_isRefused() throws Exception {
    RegistryClient first = start();
    Configuration second = configuration(folder);

    assertThatThrownBy(() -> start(second))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(folder.toString());

    assertThat(first.get("/v2/").status()).isEqualTo(200);
  }

  @Test
  void start_readOnlyOnFolderOfAnotherServer_servesItsContent() throws Exception {
    Document document = start().pushNamed("a", "one", "v1");

    RegistryClient reader = start("REGISTRY_STORAGE_MAINTENANCE_READONLY_ENABLED", "true");

    assertThat(reader.get(manifest("a", "v1")).body()).isEqualTo(document.content().bytes());
  }

  @Test
  void start_onRootThatIsAFile_isRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "x");
    Configuration broken = configuration(file);

    assertThatThrownBy(() -> start(broken))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void configuration_withProblems_isRefusedWithAllOfThem() {
    assertThatThrownBy(
            () ->
                configuration(
                    folder,
                    "REGISTRY_HTTP_ADDR",
                    "nonsense",
                    "REGISTRY_AUTH",
                    "htpasswd",
                    "REGISTRY_CATALOG_MAXENTRIES",
                    "many"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("http.addr")
        .hasMessageContaining("auth.htpasswd.path")
        .hasMessageContaining("catalog.maxentries");
  }
}
