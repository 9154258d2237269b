package io.stowage.registry.server;

import static io.stowage.registry.server.Answers.refused;
import static io.stowage.registry.server.RegistryClient.uploads;
import static io.stowage.registry.server.TestUsers.basic;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.access.AccessPolicy;
import io.stowage.registry.access.AccessRule;
import io.stowage.registry.access.AccessRules;
import io.stowage.registry.access.Action;
import io.stowage.registry.access.CredentialService;
import io.stowage.registry.access.RepositoryPattern;
import io.stowage.registry.access.Scope;
import io.stowage.registry.access.Subject;
import io.stowage.registry.server.Bodies.ErrorEntry;
import io.stowage.registry.server.api.ApiSettings;
import io.stowage.registry.server.http.WireClient.WireResponse;
import io.stowage.registry.server.json.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /v2/_stowage/tokens} and {@code /v2/_stowage/robots}. */
class CredentialApiTest extends ApiTest {
  private static final String TOKENS = "/v2/_stowage/tokens";
  private static final String ROBOTS = "/v2/_stowage/robots";
  private static final String WISH = "{\"scopes\":[\"team/**:pull,push\"],\"note\":\"laptop\"}";
  private static final List<Scope> EVERYTHING = List.of(Scope.parse("**:admin"));

  private static final AccessPolicy RULES =
      new AccessRules(
          Map.of(),
          List.of(
              new AccessRule(
                  new Subject.User("alice"),
                  new RepositoryPattern("team/**"),
                  Set.of(Action.ADMIN)),
              new AccessRule(
                  new Subject.User("root"), RepositoryPattern.ALL, Set.of(Action.ADMIN))));

  @TempDir private Path folder;
  private TestUsers users = users(Path.of(""));
  private RegistryClient client = new RegistryClient(new InetSocketAddress(0));

  CredentialApiTest(Backing backing) {
    super(backing);
  }

  private static TestUsers users(Path folder) {
    return new TestUsers(folder, Set.of("alice", "bob", "root"), RULES);
  }

  @BeforeEach
  void serveUsers() throws IOException {
    users = users(folder);
    client = serve(users.gate(), users.endpoints());
  }

  // --- in short

  /** A token or robot as it is told. */
  record Told(
      String id,
      @Nullable String name,
      @Nullable String user,
      String note,
      List<String> scopes,
      String created,
      @Nullable String expires,
      @Nullable String secret) {}

  record Tokens(List<Told> tokens) {}

  record Robots(List<Told> robots) {}

  private RegistryClient.Call as(String user, String method, String target) {
    return client.call(method, target).with("Authorization", basic(user, user));
  }

  private WireResponse post(String user, String target, String json) throws IOException {
    return posting(as(user, "POST", target), json).send();
  }

  private static RegistryClient.Call posting(RegistryClient.Call call, String json) {
    return call.with("Content-Type", "application/json").body(json.getBytes(UTF_8));
  }

  private static Told created(WireResponse response) throws Exception {
    assertThat(response.status()).as(response.text()).isEqualTo(201);
    assertThat(response.headers("Cache-Control")).containsExactly("no-store");
    assertThat(response.header("Content-Type")).contains("application/json");
    return Json.read(response.body(), Told.class);
  }

  private List<Told> tokensOf(String user) throws Exception {
    return Json.read(listed(user, TOKENS).body(), Tokens.class).tokens;
  }

  private List<Told> robots() throws Exception {
    return Json.read(listed("root", ROBOTS).body(), Robots.class).robots;
  }

  private WireResponse listed(String user, String target) throws IOException {
    WireResponse response = as(user, "GET", target).send();
    assertThat(response.status()).as(response.text()).isEqualTo(200);
    assertThat(response.headers("Cache-Control")).containsExactly("no-store");
    assertThat(response.text()).doesNotContain("secret", "stw_");
    return response;
  }

  private int startUpload(String repository, String user, @Nullable String password)
      throws IOException {
    return client
        .call("POST", uploads(repository))
        .with("Authorization", basic(user, String.valueOf(password)))
        .send()
        .status();
  }

  // --- personal access tokens

  @Test
  void token_madeUsedAndRevoked_isAPasswordAsLongAsItIsThere() throws Exception {
    WireResponse response = post("alice", TOKENS, WISH);
    Told made = created(response);
    assertThat(response.header("Location")).contains(TOKENS + "/" + made.id);
    assertThat(made.secret).startsWith("stw_" + made.id + "_");

    assertThat(startUpload("team/app", "alice", made.secret)).isEqualTo(202);
    assertThat(startUpload("other/app", "alice", made.secret)).isEqualTo(403);
    assertThat(startUpload("team/app", "bob", made.secret)).isEqualTo(401);
    assertThat(as("alice", "DELETE", TOKENS + "/" + made.id).send().status()).isEqualTo(204);

    assertThat(startUpload("team/app", "alice", made.secret)).isEqualTo(401);
    assertThat(tokensOf("alice")).isEmpty();
    refused(as("alice", "DELETE", TOKENS + "/" + made.id).send(), 404, "NAME_UNKNOWN");
  }

  @Test
  @DisplayName("SL-1: a list never shows a secret")
  void list_ofTokens_isOnesOwnNewestFirstWithoutSecrets() throws Exception {
    Instant end = Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
    Told first = created(post("alice", TOKENS, WISH));
    Told second =
        created(
            post(
                "alice",
                TOKENS,
                "{\"scopes\":[\"a:pull\",\"b:pull\"],\"expires\":\"%s\"}".formatted(end)));
    created(post("bob", TOKENS, WISH));
    created(post("root", ROBOTS, "{\"name\":\"ci\",\"scopes\":[\"team/**:pull\"]}"));

    assertThat(tokensOf("alice")).extracting(Told::id).containsExactly(second.id, first.id);
    Told told = tokensOf("alice").getFirst();
    assertThat(told.scopes).containsExactly("a:pull", "b:pull");
    assertThat(told.note).isEmpty();
    assertThat(told.expires).isEqualTo(end.toString());
    assertThat(Instant.parse(told.created)).isBefore(end);
    assertThat(tokensOf("alice").getLast().note).isEqualTo("laptop");
    assertThat(tokensOf("alice").getLast().expires).isNull();
    assertThat(tokensOf("root")).isEmpty();
  }

  @Test
  @DisplayName("IS-6: a token of somebody else is none")
  void revoke_tokenOfSomebodyElse_isUnknown() throws Exception {
    Told made = created(post("alice", TOKENS, WISH));

    String foreign = as("bob", "DELETE", TOKENS + "/" + made.id).send().text();

    assertThat(foreign.replace(made.id, "0000000000"))
        .isEqualTo(as("bob", "DELETE", TOKENS + "/0000000000").send().text())
        .contains("no such personal access token or robot");
    assertThat(startUpload("team/app", "alice", made.secret)).isEqualTo(202);
    assertThat(as("root", "DELETE", TOKENS + "/" + made.id).send().status())
        .as("by an administrator of the whole registry")
        .isEqualTo(204);
    assertThat(startUpload("team/app", "alice", made.secret)).isEqualTo(401);
  }

  @Test
  void revoke_robotAsAToken_isUnknown() throws Exception {
    Told robot = created(post("root", ROBOTS, "{\"name\":\"ci\",\"scopes\":[\"team/**:pull\"]}"));

    refused(as("root", "DELETE", TOKENS + "/" + robot.id).send(), 404, "NAME_UNKNOWN");
    assertThat(robots()).hasSize(1);
  }

  @Test
  void create_oneTooMany_isRefusedWithTheRule() throws Exception {
    for (int i = 0; i < CredentialService.MAX_PERSONAL; i++) {
      users.credentials().createPersonal("alice", "", EVERYTHING, null);
    }

    assertThat(refused(post("alice", TOKENS, WISH), 400, "UNSUPPORTED").detailText())
        .contains("personal access tokens of alice: 100", "at most 100; revoke one first");
    created(post("bob", TOKENS, WISH));
  }

  // --- escalation

  @Test
  @DisplayName("AZ-7: what is less than a password makes, sees and ends no token")
  void request_byAnythingButAPassword_isRefused() throws Exception {
    String personal = users.credentials().createPersonal("root", "", EVERYTHING, null).secret();
    String robot = users.credentials().createRobot("ci", "", EVERYTHING, null).secret();
    String other =
        TOKENS
            + "/"
            + users.credentials().createPersonal("root", "", EVERYTHING, null).credential().id();
    for (String field :
        List.of(
            basic("root", personal),
            basic("robot$ci", robot),
            bearer(basic("root", "root")),
            bearer(basic("root", personal)),
            bearer(basic("robot$ci", robot)),
            bearer(null))) {
      for (RegistryClient.Call call :
          List.of(
              client.call("GET", TOKENS),
              client.call("HEAD", TOKENS),
              posting(client.call("POST", TOKENS), WISH),
              client.call("DELETE", other))) {
        WireResponse refusal = call.with("Authorization", field).send();
        assertThat(refusal.status()).as(call.method() + " by " + field).isEqualTo(403);
        assertThat(refusal.text()).contains(call.method().equals("HEAD") ? "" : "password");
      }
      for (RegistryClient.Call call :
          List.of(
              client.call("GET", ROBOTS),
              posting(client.call("POST", ROBOTS), WISH),
              client.call("DELETE", ROBOTS + "/ci"))) {
        assertThat(call.with("Authorization", field).send().status())
            .as(call.method() + " by " + field)
            .isEqualTo(field.startsWith("Bearer") ? 401 : 403);
      }
    }
    assertThat(users.credentials().list()).hasSize(3);
  }

  /** The field that shows a token, which these credentials, or none, are good for. */
  private String bearer(@Nullable String credentials) throws Exception {
    RegistryClient.Call call = client.call("GET", "/v2/_token?scope=registry:catalog:*");
    WireResponse response =
        (credentials == null ? call : call.with("Authorization", credentials)).send();
    return "Bearer " + Json.read(response.body(), TokenAnswer.class).token;
  }

  record TokenAnswer(String token) {}

  @Test
  void request_byNobody_isAskedToLogIn() throws Exception {
    for (String target : List.of(TOKENS, ROBOTS)) {
      refused(client.get(target), 401, "UNAUTHORIZED");
      refused(posting(client.call("POST", target), WISH).send(), 401, "UNAUTHORIZED");
    }
    assertThat(users.credentials().list()).isEmpty();
  }

  @Test
  @DisplayName("AZ-8: a token gives no more than its user has, whatever is asked for")
  void token_forMoreThanItsUserHas_givesWhatTheUserHas() throws Exception {
    for (String more : List.of(",\"user\":\"root\"", ",\"admin\":true")) {
      refused(
          post("alice", TOKENS, "{\"scopes\":[\"**:admin\"]%s}".formatted(more)),
          400,
          "UNSUPPORTED");
    }
    Told made = created(post("alice", TOKENS, "{\"scopes\":[\"**:admin\"]}"));

    assertThat(startUpload("team/app", "alice", made.secret)).isEqualTo(202);
    assertThat(startUpload("other/app", "alice", made.secret)).isEqualTo(403);
    assertThat(startUpload("other/app", "root", made.secret)).isEqualTo(401);
  }

  @Test
  @DisplayName("AZ-11: a form on somebody else's page makes no token")
  void az11_bodyOfAnotherType_isRefused() throws Exception {
    for (String type : List.of("text/plain", "application/x-www-form-urlencoded", "")) {
      RegistryClient.Call call = as("alice", "POST", TOKENS).body(WISH.getBytes(UTF_8));
      WireResponse refusal = (type.isEmpty() ? call : call.with("Content-Type", type)).send();
      assertThat(refused(refusal, 400, "UNSUPPORTED").detailText())
          .contains("Content-Type: " + type, "application/json");
    }
    assertThat(tokensOf("alice")).isEmpty();
    created(
        as("alice", "POST", TOKENS)
            .with("Content-Type", "Application/JSON; charset=utf-8")
            .body(WISH.getBytes(UTF_8))
            .send());
  }

  // --- robots

  @Test
  void robot_madeUsedAndRevoked_isAnAccountOfItsOwn() throws Exception {
    WireResponse response =
        post("root", ROBOTS, "{\"name\":\"ci\",\"scopes\":[\"team/**:pull,push\"]}");
    Told made = created(response);
    assertThat(response.header("Location")).contains(ROBOTS + "/ci");
    assertThat(made.name).isEqualTo("ci");
    assertThat(made.user).isEqualTo("robot$ci");

    assertThat(startUpload("team/app", "robot$ci", made.secret)).isEqualTo(202);
    assertThat(startUpload("other/app", "robot$ci", made.secret)).isEqualTo(403);
    assertThat(robots()).extracting(Told::id).containsExactly(made.id);
    assertThat(as("root", "DELETE", ROBOTS + "/ci").send().status()).isEqualTo(204);

    assertThat(startUpload("team/app", "robot$ci", made.secret)).isEqualTo(401);
    assertThat(robots()).isEmpty();
    refused(as("root", "DELETE", ROBOTS + "/ci").send(), 404, "NAME_UNKNOWN");
    refused(as("root", "DELETE", ROBOTS + "/robot$ci").send(), 404, "NAME_UNKNOWN");
  }

  @Test
  @DisplayName("AZ-7: who administers some repositories administers no robots")
  void robots_byWhoAdministersAPartOnly_areRefused() throws Exception {
    users.credentials().createRobot("ci", "", EVERYTHING, null);

    refused(as("alice", "GET", ROBOTS).send(), 403, "DENIED");
    refused(post("alice", ROBOTS, WISH), 403, "DENIED");
    refused(as("alice", "DELETE", ROBOTS + "/ci").send(), 403, "DENIED");
    assertThat(robots()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "'\"name\":\"ci\"'; robot name: ci; one that is free",
        "'\"name\":\"CI\"'; robot name: CI; 1 to 64 of a-z",
        "'\"name\":\"../x\"'; robot name: ../x; 1 to 64 of a-z",
        "'\"note\":\"\"'; 'robot name: '; 1 to 64 of a-z"
      })
  void create_robotOfAnImpossibleName_isRefusedWithValueAndRule(
      String field, String value, String rule) throws Exception {
    users.credentials().createRobot("ci", "", EVERYTHING, null);

    WireResponse refusal = post("root", ROBOTS, "{%s,\"scopes\":[\"a:pull\"]}".formatted(field));

    assertThat(detail(refusal)).containsEntry("value", value);
    assertThat(detail(refusal).get("rule")).contains(rule);
  }

  // --- malformed wishes

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{}; scopes: none; 1 to 32",
        "{\"scopes\":[]}; scopes: 0; 1 to 32",
        "{\"scopes\":[null]}; scope: null; PATTERN:ACTIONS",
        "{\"scopes\":[\"team\"]}; scope: team; PATTERN:ACTIONS as in team/**:pull,push",
        "{\"scopes\":[\"a:paint\"]}; scope: a:paint; some of pull,push,tag-overwrite,delete,catalog,admin",
        "{\"scopes\":[\"a**:pull\"]}; scope: a**:pull; components joined by",
        "{\"scopes\":[\"a:pull\"],\"expires\":\"soon\"}; expires: soon; 2027-01-01T00:00:00Z",
        "{\"scopes\":[\"a:pull\"],\"expires\":\"2027-01-01\"}; expires: 2027-01-01; 2027-01-01T00:00:00Z",
        "{\"scopes\":[\"a:pull\"],\"expires\":\"2001-01-01T00:00:00Z\"}; expires: 2001-01-01T00:00:00Z; a time in the future",
        "{\"scopes\":[\"a:pull\"],\"note\":\"a\\u001b[2J\"}; 'note: a\u001b[2J'; none of them for control",
        "{\"scopes\":[\"a:pull\"],\"note\":\"a\\u202eb\"}; 'note: a\u202eb'; none of them for control",
        "{\"scopes\":\"a:pull\"}; body: the value of .scopes has the wrong type; a JSON object",
        "{\"scopes\":[\"a:pull\"],\"expire\":\"soon\"}; 'body: the name \"expire\" is unknown here'; a JSON object",
        "{\"Scopes\":[\"a:pull\"]}; 'body: the name \"Scopes\" must be spelled \"scopes\"'; a JSON object",
        "''; body: ; a JSON object",
        "[]; body: ; a JSON object"
      })
  void create_malformedWish_isRefusedWithValueAndRule(String json, String value, String rule)
      throws Exception {
    WireResponse refusal = post("alice", TOKENS, json);

    assertThat(detail(refusal).get("value")).startsWith(value);
    assertThat(detail(refusal).get("rule")).contains(rule);
    assertThat(tokensOf("alice")).isEmpty();
  }

  @SuppressWarnings("unchecked") // details of this error are names and texts
  private static Map<String, String> detail(WireResponse refusal) {
    ErrorEntry error = refused(refusal, 400, "UNSUPPORTED");
    assertThat(error.detail()).isInstanceOf(Map.class);
    return (Map<String, String>) Objects.requireNonNull(error.detail());
  }

  @Test
  void create_noteOrScopesAtTheLimit_areTaken() throws Exception {
    String scopes = "\"a:pull\",".repeat(31) + "\"a:pull\"";
    String wish = "{\"scopes\":[%s],\"note\":\"%s\"}";

    Told made = created(post("alice", TOKENS, wish.formatted(scopes, "\u00e4".repeat(256))));

    assertThat(made.scopes).hasSize(32);
    refused(post("alice", TOKENS, wish.formatted(scopes, "a".repeat(257))), 400, "UNSUPPORTED");
    refused(post("alice", TOKENS, wish.formatted(scopes + ",\"a:pull\"", "")), 400, "UNSUPPORTED");
  }

  @ParameterizedTest
  @ValueSource(strings = {TOKENS, ROBOTS})
  @DisplayName("RE-3: a wish of more than 64 KiB is refused")
  void re3_bodyOfMoreThan64Kibibytes_isRefused(String target) throws Exception {
    String json = "{\"scopes\":[\"a:pull\"],\"name\":\"ci\"%s}";
    String tooLarge = json.formatted(" ".repeat(65_600));

    refused(post("root", target, tooLarge), 413, "SIZE_INVALID");
    refused(
        as("root", "POST", target)
            .with("Content-Type", "application/json")
            .chunkedBody(tooLarge.getBytes(UTF_8))
            .send(),
        413,
        "SIZE_INVALID");
    created(post("root", target, json.formatted(" ".repeat(65_400))));
  }

  // --- where there are no users of our own, or no changes

  @Test
  void endpoint_withoutUsers_isNone() throws Exception {
    for (String target : List.of(TOKENS, TOKENS + "/0123456789", ROBOTS, ROBOTS + "/ci")) {
      for (String method : List.of("GET", "POST", "DELETE")) {
        assertThat(registry.call(method, target).send().status()).isIn(404, 405);
      }
    }
    refused(registry.get(TOKENS), 404, "UNSUPPORTED");
  }

  @Test
  void token_whileTheRegistryIsReadOnly_canBeMadeAndRevoked() throws Exception {
    client = serve(users.gate(), users.endpoints(), readOnly(ApiSettings.DEFAULT));

    Told made = created(post("alice", TOKENS, WISH));

    assertThat(startUpload("team/app", "alice", made.secret)).isEqualTo(405);
    assertThat(as("alice", "DELETE", TOKENS + "/" + made.id).send().status()).isEqualTo(204);
  }

  private static ApiSettings readOnly(ApiSettings d) {
    return new ApiSettings(
        d.deleteEnabled(),
        true,
        d.rules(),
        d.maxManifestBytes(),
        d.maxCatalogEntries(),
        d.maxTags(),
        d.limits(),
        d.locations(),
        d.crossOrigin(),
        d.headers(),
        d.unavailability());
  }
}
