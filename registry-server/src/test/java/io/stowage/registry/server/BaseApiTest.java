package io.stowage.registry.server;

import static io.stowage.registry.server.Answers.refused;
import static io.stowage.registry.server.Answers.sameHead;
import static io.stowage.registry.server.RegistryClient.blob;
import static io.stowage.registry.server.RegistryClient.manifest;
import static io.stowage.registry.server.RegistryClient.uploads;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.access.AccessPolicy;
import io.stowage.registry.error.RegistryError;
import io.stowage.registry.server.api.ApiSettings;
import io.stowage.registry.server.http.WireClient.WireResponse;
import io.stowage.registry.storage.StorageFaultException;
import io.stowage.registry.storage.StorageFullException;
import io.stowage.registry.storage.StorageReadOnlyException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /v2/} (end-1), {@code /}, discovery, and what holds for any path and any response. */
class BaseApiTest extends ApiTest {
  BaseApiTest(Backing backing) {
    super(backing);
  }

  // --- is there anybody?

  @ParameterizedTest
  @ValueSource(strings = {"/v2/", "/v2", "/v2/?n=1"})
  @DisplayName("3.1, 10-6")
  void base_isAnEmptyObject(String target) throws Exception {
    WireResponse base = registry.get(target);

    assertThat(base.status()).isEqualTo(200);
    assertThat(base.header("Content-Type")).contains("application/json");
    assertThat(base.header("Content-Length")).contains("2");
    assertThat(base.text()).isEqualTo("{}");
    sameHead(registry.head(target), base);
    assertThat(registry.call("POST", target).send().text()).isEqualTo("{}");
  }

  @Test
  @DisplayName("3.1")
  void root_isEmptyAndNotToBeCached() throws Exception {
    WireResponse root = registry.get("/");

    assertThat(root.status()).isEqualTo(200);
    assertThat(root.header("Cache-Control")).contains("no-cache");
    assertThat(root.body()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v2/_oci/ext/discover", "/v2/library/app/_oci/ext/discover"})
  void discovery_listsItself(String target) throws Exception {
    WireResponse discovered = registry.get(target);

    assertThat(discovered.status()).isEqualTo(200);
    assertThat(discovered.header("Content-Type")).contains("application/json");
    assertThat(discovered.text())
        .startsWith("{\"extensions\":[{")
        .contains("\"name\":\"_oci\"", "\"endpoints\":[\"_oci/ext/discover\"]");
  }

  @Test
  @DisplayName("10-38")
  void response_hasItsOwnRequestId() throws Exception {
    String first = registry.get("/v2/").header("X-Request-Id").orElseThrow();
    String second = registry.get("/v2/nowhere").header("X-Request-Id").orElseThrow();

    assertThat(first).isNotBlank().isNotEqualTo(second);
  }

  // --- paths

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/v2/../../etc/passwd",
        "/v2/r0/manifests/..%2f..",
        "/v2/r0/manifests/%2e%2e",
        "/v2/r0/manifests/..",
        "/v2/%252e%252e/manifests/t",
        "/v2/%2e%2e/manifests/t",
        "/v2/../manifests/t",
        "/v2/./manifests/t",
        "/v2//manifests/t",
        "/v2/a//b/manifests/t",
        "/v2/r0/blobs/sha256:../../x",
        "/v2/r0/blobs/sha256:..%2f..%2fx",
        "/v2/r0/blobs/uploads/..%2f..",
        "/v2/r0/blobs/uploads/../../x",
        "/v2/r0/manifests/t%00",
        "/v2/r0%00/manifests/t",
        "/v2/r0%5cx/manifests/t",
        "/v2/r0/manifests/a%5cb",
        "/v2/r0/manifests/a%0ab",
        "/v2/r0/manifests/%c0%ae%c0%ae",
        "/v2/%c0%af/manifests/t",
        "/v2/%ff/manifests/t",
        "/v2/r0/manifests/%",
        "/v2/r0/manifests/%zz",
        "/v2/r0/manifests/t/",
        "/v2/r0./manifests/t",
        "/v2/.r0/manifests/t",
        "/v2/_r0/manifests/t",
        "/v2/r0;x/manifests/t",
        "/v2/r0/manifests/t;x",
        "/v2/r0/manifests/",
        "/v2/r0/blobs/",
        "/v2/r0/referrers/",
        "/v2/manifests/t",
        "/v2/r0",
        "/v2/r0/",
        "/v2/r0/tags",
        "/v2/r0/tags/list/x",
        "/v2/tags/list",
        "/v2/blobs/uploads/",
        "/v2/_catalog/",
        "/v2/R0/manifests/t",
        "/v2/r0/_x/y",
        "/v2x/",
        "/v1/",
        "/V2/",
        "//v2/",
        "//",
        "/etc/passwd",
        "/favicon.ico"
      })
  @DisplayName("PF-1, 10-4, 10-6, IS-10")
  void path_thatIsNoRoute_isRefusedAndNeverCleaned(String target) throws Exception {
    WireResponse refusal = registry.get(target);

    assertThat(refusal.status()).as(refusal.text()).isIn(400, 404);
    assertThat(refusal.header("Location")).isEmpty();
    assertThat(Bodies.errors(refusal).errors()).hasSize(1);
    assertThat(registry.get("/v2/").status()).isEqualTo(200);
  }

  @Test
  @DisplayName("10-4")
  void path_ofNoEndpoint_isRefusedAsUnsupported() throws Exception {
    assertThat(refused(registry.get("/v2/r0/nothing/here"), 404, "UNSUPPORTED").detailText())
        .contains("/v2/r0/nothing/here");
  }

  @Test
  @DisplayName("10-7, PF-1")
  void name_thatIsIllegal_isRefused() throws Exception {
    String tooLong = "a/" + "b".repeat(254);
    for (String name :
        List.of(
            tooLong, "a:5000/b", "R0", "a/B", "a..b", "-a", "a-", "a___b", "a/_b", "é", "a+b")) {
      String escaped = name.replace("é", "%C3%A9");
      refused(registry.get(manifest(escaped, "v1")), 400, "NAME_INVALID");
      refused(registry.get("/v2/" + escaped + "/tags/list"), 400, "NAME_INVALID");
      refused(registry.call("POST", uploads(escaped)).send(), 400, "NAME_INVALID");
    }
  }

  @Test
  @DisplayName("10-7, PF-1")
  void name_ofGreatestLength_isAccepted() throws Exception {
    String longest = "b".repeat(127) + "/" + "c".repeat(127);

    registry.pushManifest(longest, "v1", Document.index());

    assertThat(registry.get(manifest(longest, "v1")).status()).isEqualTo(200);
    assertThat(Bodies.repositories(registry.get("/v2/_catalog"))).containsExactly(longest);
  }

  @Test
  @DisplayName("PF-1: a component as long as the name of a file may be")
  void name_ofOneLongComponent_isAccepted() throws Exception {
    String longest = "b".repeat(255);

    assertThat(registry.get(manifest(longest, "v1")).status()).isEqualTo(404);
    assertThat(registry.call("POST", uploads(longest)).send().status()).isEqualTo(202);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a/blobs/b",
        "uploads",
        "blobs/uploads",
        "tags/list",
        "manifests/manifests",
        "a/referrers",
        "v2/v2",
        "catalog",
        "a/blobs/uploads/b"
      })
  @DisplayName("PF-2")
  void name_madeOfRouteWords_isRoutedRight(String name) throws Exception {
    registry.pushBlob(name, Document.EMPTY_CONFIG);
    Document document = registry.pushNamed(name, "one", "t");

    assertThat(registry.get(manifest(name, "t")).body()).isEqualTo(document.content().bytes());
    assertThat(registry.get(blob(name, Document.EMPTY_CONFIG.digest())).status()).isEqualTo(200);
    assertThat(Bodies.tags(registry.get("/v2/" + name + "/tags/list"))).containsExactly("t");
    assertThat(registry.get("/v2/" + name + "/referrers/" + document.digest()).status())
        .isEqualTo(200);
    assertThat(registry.get(registry.startUpload(name)).status()).isEqualTo(204);
    assertThat(Bodies.repositories(registry.get("/v2/_catalog"))).containsExactly(name);
  }

  @Test
  @DisplayName("2: escapes that are not needed mean what they say")
  void path_withNeedlessEscapes_isRouted() throws Exception {
    Document document = registry.pushNamed("library/app", "one", "v1");

    assertThat(registry.get("/v2/l%69brary/app/manifests/v%31").body())
        .isEqualTo(document.content().bytes());
    assertThat(
            registry
                .get(manifest("library/app", document.digest().toString().replace(":", "%3A")))
                .status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v2/_catalog?last=%zz", "/v2/_catalog?last=%ff", "/v2/_catalog?%=1"})
  void query_withMalformedEscape_isRefused(String target) throws Exception {
    refused(registry.get(target), 400, "UNSUPPORTED");
  }

  // --- trouble

  @Test
  @DisplayName("10-35, 10-36")
  void registry_thatIsUnavailable_saysSoUntilItIsBack() throws Exception {
    AtomicReference<Optional<RegistryError>> trouble = new AtomicReference<>(Optional.empty());
    RegistryClient client = serve(unavailable(trouble));
    trouble.set(Optional.of(new RegistryError.Unavailable("no disk today", Duration.ofSeconds(7))));

    for (String target : List.of("/v2/", "/v2/_catalog", manifest("a", "v1"))) {
      WireResponse refusal = client.get(target);
      assertThat(refused(refusal, 503, "UNAVAILABLE").detailText()).contains("no disk today");
      assertThat(refusal.header("Retry-After")).contains("7");
    }
    assertThat(client.get("/").status()).isEqualTo(200);
    trouble.set(Optional.empty());
    assertThat(client.get("/v2/").status()).isEqualTo(200);
  }

  private static ApiSettings unavailable(AtomicReference<Optional<RegistryError>> trouble) {
    ApiSettings d = ApiSettings.DEFAULT;
    return new ApiSettings(
        d.deleteEnabled(),
        d.readOnly(),
        d.rules(),
        d.maxManifestBytes(),
        d.maxCatalogEntries(),
        d.maxTags(),
        d.limits(),
        d.locations(),
        d.crossOrigin(),
        d.headers(),
        trouble::get);
  }

  @Test
  @DisplayName("10-37")
  void push_ontoFullStorage_isRefusedWhilePullsWork() throws Exception {
    String path = registry.pushBlob("library/app", Document.EMPTY_CONFIG);
    RegistryClient full =
        serveFailing(
            new StorageFullException("/secret: full", new IOException("/secret: no space left")));

    refused(full.call("POST", uploads("library/app")).send(), 507, "DENIED");
    assertThat(full.get(path).body()).isEqualTo(Document.EMPTY_CONFIG.bytes());
    assertThat(full.delete(path).status()).isEqualTo(202);
  }

  @Test
  void write_ontoAReadOnlyVolume_isRefusedAndSaysWhy() throws Exception {
    RegistryClient mounted =
        serveFailing(
            new StorageReadOnlyException("/secret: read-only", new IOException("/secret")));

    WireResponse refusal = mounted.call("POST", uploads("library/app")).send();

    assertThat(refused(refusal, 403, "DENIED").detailText())
        .isEqualTo("{reason=the registry's volume is read-only}");
    assertThat(refusal.text()).doesNotContain("secret");
  }

  @Test
  @DisplayName("SL-5, 10-38")
  void fault_ofTheStorage_tellsOnlyTheRequestId() throws Exception {
    RegistryClient broken = serveFailing(new IOException("/secret/path: input/output error"));

    WireResponse fault = broken.call("POST", uploads("library/app")).send();

    assertThat(refused(fault, 500, "UNKNOWN").detailText())
        .isEqualTo("{requestId=" + fault.header("X-Request-Id").orElseThrow() + "}");
    assertThat(fault.text()).doesNotContain("secret");
    assertThat(broken.get("/v2/").status()).isEqualTo(200);
  }

  @Test
  void fault_thatHasAName_isTold() throws Exception {
    IOException system = new FileSystemException("/secret", null, "Read-only file system");
    IOException named =
        new StorageFaultException(StorageFaultException.Fault.READ_ONLY, "/secret", system);
    for (IOException failure : List.of(named, system)) {
      RegistryClient broken = serveFailing(failure);

      WireResponse fault = broken.call("POST", uploads("library/app")).send();

      assertThat(refused(fault, 500, "UNKNOWN").detailText())
          .isEqualTo("{requestId=" + fault.header("X-Request-Id").orElseThrow() + "}");
      assertThat(fault.text())
          .contains("the registry's storage failed: read-only file system")
          .doesNotContain("secret");
      assertThat(broken.get("/v2/").status()).isEqualTo(200);
    }
  }

  private RegistryClient serveFailing(IOException failure) throws IOException {
    return serve(new FailingUploads(storage, failure), AccessPolicy.OPEN, ApiSettings.DEFAULT);
  }
}
