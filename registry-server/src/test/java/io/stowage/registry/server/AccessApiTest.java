package io.stowage.registry.server;

import static io.stowage.registry.server.Answers.refused;
import static io.stowage.registry.server.RegistryClient.blob;
import static io.stowage.registry.server.RegistryClient.manifest;
import static io.stowage.registry.server.RegistryClient.uploads;
import static io.stowage.registry.server.TestLogins.basic;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.access.AccessPolicy;
import io.stowage.registry.access.AccessRule;
import io.stowage.registry.access.AccessRules;
import io.stowage.registry.access.Action;
import io.stowage.registry.access.Authentication;
import io.stowage.registry.access.RepositoryPattern;
import io.stowage.registry.access.Subject;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.UploadId;
import io.stowage.registry.server.http.WireClient.WireResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may do what, and what everybody else hears. */
class AccessApiTest extends ApiTest {
  private static final Content SECRET = Content.of("a secret layer");

  AccessApiTest(Backing backing) {
    super(backing);
  }

  private static AccessRule rule(Subject subject, String pattern, Action first, Action... others) {
    return new AccessRule(subject, new RepositoryPattern(pattern), EnumSet.of(first, others));
  }

  private static AccessRules rules(AccessRule... rules) {
    return new AccessRules(Map.of(), List.of(rules));
  }

  private static Subject user(String name) {
    return new Subject.User(name);
  }

  private RegistryClient guarded(AccessRule... rules) throws IOException {
    return serve(TestLogins.gate(rules(rules)));
  }

  private static RegistryClient.Call as(RegistryClient.Call call, String user) {
    return call.with("Authorization", basic(user));
  }

  // --- what a refusal says

  @ParameterizedTest
  @CsvSource({"GET, pull", "HEAD, pull"})
  @DisplayName("7.1: the challenge of registry:2")
  void request_withoutCredentials_isToldHowToLogIn(String method) throws Exception {
    WireResponse refusal = guarded().call(method, "/v2/x/y/tags/list").send();

    assertThat(refusal.status()).isEqualTo(401);
    assertThat(refusal.header("WWW-Authenticate")).contains("Basic realm=\"Registry\"");
  }

  @Test
  @DisplayName("7.1: the detail of registry:2")
  void request_withoutCredentials_isToldWhatItNeeds() throws Exception {
    RegistryClient client = guarded();

    assertThat(client.get("/v2/x/y/tags/list").text())
        .isEqualTo(
            "{\"errors\":[{\"code\":\"UNAUTHORIZED\",\"message\":\"authentication required\","
                + "\"detail\":[{\"Type\":\"repository\",\"Class\":\"\",\"Name\":\"x/y\",\"Action\":\"pull\"}]}]}\n");
    assertThat(client.get("/v2/_catalog").text())
        .contains("[{\"Type\":\"registry\",\"Class\":\"\",\"Name\":\"catalog\",\"Action\":\"*\"}]");
    assertThat(client.get("/v2/").text()).doesNotContain("detail");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET    | /v2/                              | ",
        "GET    | /v2/_catalog                      | registry:catalog:*",
        "GET    | /v2/a/b/tags/list                 | repository:a/b:pull",
        "POST   | /v2/a/b/blobs/uploads/            | repository:a/b:pull,push",
        "DELETE | /v2/a/b/manifests/v1              | repository:a/b:delete",
        "POST   | /v2/a/b/blobs/uploads/?mount=sha256:1&from=c/d | repository:a/b:pull,push repository:c/d:pull",
        "POST   | /v2/a/b/blobs/uploads/?mount=sha256:1&from=..  | repository:a/b:pull,push",
      })
  @DisplayName("7.2: the challenges of the token protocol")
  void request_withoutToken_isToldTheScope(String method, String target, String scope)
      throws Exception {
    RegistryClient client = serve(TestLogins.gate(rules(), Map.of()));

    WireResponse refusal = client.call(method, target).send();

    assertThat(refusal.status()).isEqualTo(401);
    assertThat(refusal.header("WWW-Authenticate"))
        .contains(
            "Bearer realm=\"http://tokens.test/token\",service=\"registry.test\""
                + (scope == null ? "" : ",scope=\"" + scope + "\""));
  }

  @Test
  @DisplayName("7.2: bad token, and good token without the right")
  void request_withTokenThatDoesNotDo_isToldWhy() throws Exception {
    Authentication puller =
        TestLogins.limited("alice", (action, repository) -> action == Action.PULL);
    RegistryClient client =
        serve(TestLogins.gate(AccessPolicy.MEMBERS, Map.of("pull-only", puller)));

    RegistryClient.Call push = client.call("POST", uploads("app"));

    assertThat(push.with("Authorization", "Bearer forged").send().header("WWW-Authenticate"))
        .hasValueSatisfying(text -> assertThat(text).endsWith(",error=\"invalid_token\""));
    WireResponse refusal = push.with("Authorization", "Bearer pull-only").send();
    assertThat(refusal.status()).isEqualTo(401);
    assertThat(refusal.header("WWW-Authenticate"))
        .hasValueSatisfying(text -> assertThat(text).endsWith(",error=\"insufficient_scope\""));
  }

  @Test
  @DisplayName("10-42: a known user without the right")
  void request_byWhoIsKnownAndNotAllowed_isDenied() throws Exception {
    String reason =
        refused(as(guarded().call("GET", "/v2/app/tags/list"), "bob").send(), 403, "DENIED")
            .detailText();

    assertThat(reason).contains("bob lacks the right pull on app");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Basic",
        "Basic !",
        "Basic YWxpY2U=", // no colon
        "Basic OnNlY3JldA==", // no user
        "Basic YWxpY2U6/w==", // no UTF-8
        "Basic YWxpY2U6", // no password
        "Bearer ",
        "Digest username=\"alice\"",
        "alice:alice"
      })
  @DisplayName("AN-8: odd credentials are wrong, and no more than that")
  void request_withOddCredentials_isUnauthorized(String field) throws Exception {
    WireResponse refusal = guarded().call("GET", "/v2/").with("Authorization", field).send();

    refused(refusal, 401, "UNAUTHORIZED");
  }

  @Test
  @DisplayName("AN-8: two credentials are none")
  void request_withTwoCredentials_isUnauthorized() throws Exception {
    RegistryClient.Call call = as(as(guarded().call("GET", "/v2/"), "alice"), "bob");

    refused(call.send(), 401, "UNAUTHORIZED");
  }

  @Test
  @DisplayName("10-43: a token for nobody in particular lets clients go on")
  void base_withTokenOfNobody_isServed() throws Exception {
    RegistryClient client =
        serve(
            TestLogins.gate(
                rules(rule(new Subject.Anonymous(), "public/**", Action.PULL)),
                Map.of("nobody", Authentication.ANONYMOUS)));

    assertThat(client.get("/v2/").status()).isEqualTo(401);
    assertThat(client.call("GET", "/v2/").with("Authorization", "Bearer nobody").send().status())
        .isEqualTo(200);
    assertThat(client.get("/v2/private/app/tags/list").status()).isEqualTo(401);
  }

  @Test
  @DisplayName("10-45: what is public needs no token")
  void pull_ofWhatIsPublic_needsNoCredentials() throws Exception {
    registry.pushNamed("public/app", "one", "v1");
    RegistryClient client =
        serve(
            TestLogins.gate(
                rules(rule(new Subject.Anonymous(), "public/**", Action.PULL)), Map.of()));

    assertThat(client.get(manifest("public/app", "v1")).status()).isEqualTo(200);
    assertThat(as(client.call("GET", manifest("public/app", "v1")), "bob").send().status())
        .isEqualTo(200);
  }

  @Test
  @DisplayName("PF-17, 10-44: an upload that is refused is not read")
  void push_withoutCredentials_isRefusedBeforeTheBody() throws Exception {
    RegistryClient client = guarded();
    try (var connection = client.connect()) {
      client
          .call("PUT", manifest("app", "v1"))
          .with("Expect", "100-continue")
          .with("Content-Length", "10000000000")
          .sendHead(connection);

      assertThat(connection.readResponse("PUT").status()).isEqualTo(401);
    }
  }

  // --- what nobody learns

  @Test
  @DisplayName("IS-6: what exists and what doesn't are refused alike")
  void request_forWhatExistsOrNot_isRefusedAlike() throws Exception {
    registry.pushNamed("secret/app", "one", "v1");
    RegistryClient client = guarded(rule(user("bob"), "public/**", Action.PULL));

    for (String path : List.of("manifests/v1", "tags/list", "blobs/" + SECRET.digest())) {
      String there = "/v2/secret/app/" + path;
      String nowhere = "/v2/secret/xyz/" + path;
      assertThat(client.get(there).text().replace("app", "xyz"))
          .isEqualTo(client.get(nowhere).text());
      WireResponse known = as(client.call("GET", there), "bob").send();
      assertThat(known.status()).isEqualTo(403);
      assertThat(known.text().replace("app", "xyz"))
          .isEqualTo(as(client.call("GET", nowhere), "bob").send().text());
    }
  }

  @Test
  @DisplayName("AZ-12: a refused push leaves nothing")
  void push_refused_leavesNothing() throws Exception {
    RegistryClient client = guarded(rule(user("bob"), "other", Action.PUSH));
    Digest digest = SECRET.digest();

    for (String target :
        List.of(
            uploads("app"),
            uploads("app") + "?digest=" + digest,
            uploads("app") + "?mount=" + digest + "&from=other")) {
      assertThat(client.call("POST", target).body(SECRET).send().status()).isEqualTo(401);
      assertThat(as(client.call("POST", target).body(SECRET), "bob").send().status())
          .isEqualTo(403);
    }
    String upload = uploads("app") + UploadId.random();
    for (String target : List.of(upload, upload + "?digest=" + digest)) {
      String method = target.equals(upload) ? "PATCH" : "PUT";
      assertThat(client.call(method, target).body(SECRET).send().status()).isEqualTo(401);
      assertThat(as(client.call(method, target).body(SECRET), "bob").send().status())
          .isEqualTo(403);
    }
    assertThat(as(client.put("app", "v1", Document.named("x")), "bob").send().status())
        .isEqualTo(403);

    assertThat(Bodies.repositories(registry.get("/v2/_catalog"))).isEmpty();
    assertThat(registry.head(blob("app", digest)).status()).isEqualTo(404);
    assertThat(repositoriesOnDisk()).isEmpty();
  }

  /** What there is below the folders of repositories, in whatever state. */
  private List<Path> repositoriesOnDisk() throws IOException {
    Path repositories = storageFolder.resolve("docker/registry/v2/repositories");
    if (!Files.exists(repositories)) {
      return List.of();
    }
    try (Stream<Path> found = Files.walk(repositories)) {
      return found.filter(path -> !path.equals(repositories)).toList();
    }
  }

  @Test
  @DisplayName("IS-2: a digest that is known elsewhere is not readable here")
  void pull_ofADigestKnownElsewhere_isUnknown() throws Exception {
    registry.pushBlob("a/secret", SECRET);
    RegistryClient client = guarded(rule(user("bob"), "b/**", Action.PULL, Action.PUSH));

    for (String method : List.of("GET", "HEAD")) {
      assertThat(as(client.call(method, blob("b/x", SECRET.digest())), "bob").send().status())
          .isEqualTo(404);
    }
  }

  @Test
  @DisplayName("IS-3, IS-4: a mount gives nothing that one may not pull")
  void mount_ofWhatOneMayNotPull_isAPlainUpload() throws Exception {
    registry.pushBlob("a/secret", SECRET);
    RegistryClient client = guarded(rule(user("bob"), "b/**", Action.PULL, Action.PUSH));

    for (String from : List.of("&from=a/secret", "", "&from=a/nowhere")) {
      WireResponse started =
          as(client.call("POST", uploads("b/x") + "?mount=" + SECRET.digest() + from), "bob")
              .send();
      assertThat(started.status()).as(from).isEqualTo(202);
      String upload = started.header("Location").orElseThrow();
      String finish = upload + "?digest=" + SECRET.digest();
      refused(as(client.call("PUT", finish), "bob").send(), 400, "DIGEST_INVALID");
    }
    assertThat(as(client.call("HEAD", blob("b/x", SECRET.digest())), "bob").send().status())
        .isEqualTo(404);
  }

  @Test
  @DisplayName("IS-3: a mount of what one may pull needs no bytes")
  void mount_ofWhatOneMayPull_isMade() throws Exception {
    registry.pushBlob("base", SECRET);
    RegistryClient client =
        guarded(
            rule(user("bob"), "b/**", Action.PULL, Action.PUSH),
            rule(user("bob"), "base", Action.PULL));

    for (String from : List.of("&from=base", "")) {
      String target = uploads("b/x") + "?mount=" + SECRET.digest() + from;
      assertThat(as(client.call("POST", target), "bob").send().status()).isEqualTo(201);
    }
  }

  @Test
  @DisplayName("7.2: a mount by a token that doesn't cover the source")
  void mount_byATokenForTheTargetOnly_isToldToAskForTheSourceToo() throws Exception {
    registry.pushBlob("base", SECRET);
    registry.pushBlob("a/secret", SECRET);
    Authentication forTarget =
        TestLogins.limited("bob", (action, repository) -> "b/x".equals(String.valueOf(repository)));
    RegistryClient client =
        serve(
            TestLogins.gate(
                rules(
                    rule(user("bob"), "b/**", Action.PULL, Action.PUSH),
                    rule(user("bob"), "base", Action.PULL)),
                Map.of("for-target", forTarget)));
    String mount = uploads("b/x") + "?mount=" + SECRET.digest() + "&from=";

    WireResponse forgotten =
        client.call("POST", mount + "base").with("Authorization", "Bearer for-target").send();
    assertThat(forgotten.status()).isEqualTo(401);
    assertThat(forgotten.header("WWW-Authenticate"))
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .contains("scope=\"repository:b/x:pull,push repository:base:pull\"")
                    .endsWith("error=\"insufficient_scope\""));
    WireResponse secret =
        client.call("POST", mount + "a/secret").with("Authorization", "Bearer for-target").send();
    assertThat(secret.status()).as("nothing to be had by another token").isEqualTo(202);
  }

  @Test
  @DisplayName("AZ-8, 10-29: the catalog shows what one may pull")
  void catalog_showsWhatTheCallerMayPull() throws Exception {
    for (String name : List.of("alice/app", "bob/app", "public/app")) {
      registry.pushNamed(name, name, "v1");
    }
    RegistryClient client =
        guarded(
            rule(new Subject.Anonymous(), "public/**", Action.PULL),
            rule(new Subject.Authenticated(), "**", Action.CATALOG),
            rule(new Subject.Authenticated(), "${user}/**", Action.PULL));

    assertThat(Bodies.repositories(as(client.call("GET", "/v2/_catalog"), "bob").send()))
        .containsExactly("bob/app", "public/app");
    assertThat(client.get("/v2/_catalog").status()).isEqualTo(401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "//v2/_catalog",
        "/v2/_catalog/",
        "/V2/_catalog",
        "/v2/%5fcatalog",
        "/v2/_catalog;x",
        "/v2/./_catalog",
        "/v2/x/../_catalog"
      })
  @DisplayName("AZ-8: other spellings of the catalog are not another catalog")
  void catalog_inOtherSpellings_isNoWayIn(String target) throws Exception {
    registry.pushNamed("secret/app", "one", "v1");
    RegistryClient client = guarded();

    WireResponse response = as(client.call("GET", target), "bob").send();

    assertThat(response.status()).isGreaterThanOrEqualTo(400);
    assertThat(response.text()).doesNotContain("secret");
  }

  // --- uploads

  @Test
  @DisplayName("IS-5: an upload is its repository's and its user's")
  void upload_ofAnother_doesNotExist() throws Exception {
    RegistryClient client =
        guarded(rule(new Subject.Authenticated(), "**", Action.PULL, Action.PUSH));
    WireResponse started = as(client.call("POST", uploads("a/x")), "alice").send();
    String upload = started.header("Location").orElseThrow();
    String elsewhere = upload.replace("a/x", "b/y");

    for (String method : List.of("GET", "PATCH", "PUT", "DELETE")) {
      String query = method.equals("PUT") ? "?digest=" + SECRET.digest() : "";
      byte[] body = method.startsWith("P") ? SECRET.bytes() : new byte[0];
      refusedAsUnknown(as(client.call(method, upload + query).body(body), "bob").send());
      refusedAsUnknown(as(client.call(method, elsewhere + query).body(body), "alice").send());
    }
    WireResponse finished =
        as(client.call("PUT", upload + "?digest=" + SECRET.digest()).body(SECRET), "alice").send();
    assertThat(finished.status()).isEqualTo(201);
  }

  private static void refusedAsUnknown(WireResponse response) {
    refused(response, 404, "BLOB_UPLOAD_UNKNOWN");
  }

  @Test
  @DisplayName("10-33: a right to delete cancels an upload too")
  void cancel_byARightToDelete_isAllowed() throws Exception {
    Authentication deleter =
        TestLogins.limited("alice", (action, repository) -> action == Action.DELETE);
    RegistryClient client =
        serve(TestLogins.gate(AccessPolicy.MEMBERS, Map.of("delete-only", deleter)));
    String upload =
        as(client.call("POST", uploads("app")), "alice").send().header("Location").orElseThrow();

    assertThat(
            client
                .call("DELETE", upload)
                .with("Authorization", "Bearer delete-only")
                .send()
                .status())
        .isEqualTo(204);
  }

  // --- tags

  private RegistryClient createOnly() throws IOException {
    return guarded(
        rule(new Subject.Group("none"), "**", Action.ADMIN),
        rule(user("ci"), "app", Action.PULL, Action.PUSH),
        rule(user("lead"), "app", Action.PULL, Action.PUSH, Action.TAG_OVERWRITE));
  }

  @Test
  @DisplayName("AZ-2: who may only make tags doesn't move one")
  void put_onATagOfAnotherManifest_isDeniedWithoutTheRight() throws Exception {
    Document one = registry.pushNamed("app", "one", "v1");
    Document two = Document.named("two");
    RegistryClient client = createOnly();

    refused(as(client.put("app", "v1", two), "ci").send(), 403, "DENIED");
    assertThat(as(client.put("app", "v1", one), "ci").send().status()).isEqualTo(201);
    assertThat(as(client.put("app", "v2", two), "ci").send().status()).isEqualTo(201);
    assertThat(digestOf("v1")).contains(one.digest().toString());
    assertThat(as(client.put("app", "v1", two), "lead").send().status()).isEqualTo(201);
  }

  @Test
  @DisplayName("AZ-3: nor by a parameter")
  void put_withTagParameters_isDeniedWithoutTheRight() throws Exception {
    Document one = registry.pushNamed("app", "one", "v1");
    Document two = Document.named("two");
    RegistryClient client = createOnly();

    for (String tags : List.of("?tag=v1", "?tag=v1&tag=v1", "?tag=a&tag=v1&tag=b")) {
      refused(as(client.put("app", two.digest() + tags, two), "ci").send(), 403, "DENIED");
    }
    assertThat(Bodies.tags(registry.get("/v2/app/tags/list"))).containsExactly("v1");
    assertThat(digestOf("v1")).contains(one.digest().toString());
    WireResponse allowed = as(client.put("app", two.digest() + "?tag=a&tag=b", two), "ci").send();
    assertThat(allowed.status()).isEqualTo(201);
  }

  @Test
  @DisplayName("AZ-4: nor by taking it away first")
  void delete_ofATagThatMustNotMove_isDeniedWithoutTheRight() throws Exception {
    Document one = registry.pushNamed("app", "one", "v1");
    RegistryClient client = createOnly();

    for (Object reference : List.of("v1", one.digest())) {
      refused(as(client.call("DELETE", manifest("app", reference)), "ci").send(), 403, "DENIED");
      refused(as(client.call("DELETE", manifest("app", reference)), "lead").send(), 403, "DENIED");
    }
    assertThat(digestOf("v1")).contains(one.digest().toString());
  }

  @Test
  @DisplayName("AZ-2: a condition that holds is no right")
  void put_withCondition_isDeniedWithoutTheRight() throws Exception {
    Document one = registry.pushNamed("app", "one", "v1");
    RegistryClient client = createOnly();
    RegistryClient.Call move =
        client.put("app", "v1", Document.named("two")).with("If-Match", "\"" + one.digest() + "\"");

    refused(as(move, "ci").send(), 403, "DENIED");
    assertThat(as(move, "lead").send().status()).isEqualTo(201);
  }

  private java.util.Optional<String> digestOf(String tag) throws IOException {
    return registry.head(manifest("app", tag)).header("Docker-Content-Digest");
  }
}
