package io.stowage.registry.server;

import static io.stowage.registry.server.Answers.refused;
import static io.stowage.registry.server.RegistryClient.manifest;
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
import io.stowage.registry.server.http.WireClient.WireResponse;
import io.stowage.registry.server.json.Json;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code /v2/_token}, and the way through it that docker and its like take. */
class TokenApiTest extends ApiTest {
  private static final AccessPolicy RULES =
      new AccessRules(
          Map.of(),
          List.of(
              new AccessRule(
                  new Subject.Anonymous(), new RepositoryPattern("public/**"), Set.of(Action.PULL)),
              new AccessRule(
                  new Subject.User("alice"),
                  new RepositoryPattern("team/**"),
                  Set.of(Action.PULL, Action.PUSH))));

  @TempDir private Path keys;
  private TestUsers users = users(Path.of(""));
  private RegistryClient client = new RegistryClient(new InetSocketAddress(0));

  TokenApiTest(Backing backing) {
    super(backing);
  }

  private static TestUsers users(Path folder) {
    return new TestUsers(folder, Set.of("alice"), RULES);
  }

  /** What the endpoint answers. */
  record Answer(
      String token,
      String access_token,
      int expires_in,
      String issued_at,
      @Nullable String refresh_token,
      @Nullable String scope) {}

  @BeforeEach
  void serveWithTokens() throws IOException {
    users = users(keys);
    client = serve(users.gate(), users.endpoints());
  }

  private static Answer answer(WireResponse response) throws Exception {
    assertThat(response.status()).as(response.text()).isEqualTo(200);
    assertThat(response.header("Content-Type")).contains("application/json");
    assertThat(response.headers("Cache-Control")).containsExactly("no-store");
    Answer answer = Json.read(response.body(), Answer.class);
    assertThat(answer.access_token).isEqualTo(answer.token);
    assertThat(answer.expires_in).isEqualTo(300);
    assertThat(Instant.parse(answer.issued_at)).isBefore(Instant.now().plusSeconds(1));
    return answer;
  }

  private Answer get(@Nullable String user, String query) throws Exception {
    RegistryClient.Call call = client.call("GET", "/v2/_token?service=stowage&" + query);
    return answer((user == null ? call : call.with("Authorization", basic(user, user))).send());
  }

  private WireResponse post(String form) throws IOException {
    return client
        .call("POST", "/v2/_token")
        .with("Content-Type", "application/x-www-form-urlencoded")
        .body(form.getBytes(UTF_8))
        .send();
  }

  private WireResponse withToken(String method, String target, String token) throws IOException {
    return client
        .call(method, target)
        .with("Authorization", "Bearer " + token)
        .body(new byte[0])
        .send();
  }

  // --- the way through

  @Test
  @DisplayName("7.2, 7.3, pain 27: nobody pulls what is public, by the way that docker takes")
  void token_forNobody_pullsWhatIsPublic() throws Exception {
    registry.pushNamed("public/app", "one", "v1");
    registry.pushNamed("team/app", "two", "v1");
    assertThat(client.get("/v2/").header("WWW-Authenticate"))
        .contains("Bearer realm=\"http://registry.test/v2/_token\",service=\"stowage\"");

    String token =
        get(null, "scope=repository:public/app:pull&scope=repository:team/app:pull").token;

    assertThat(withToken("GET", "/v2/", token).status()).isEqualTo(200);
    assertThat(withToken("GET", manifest("public/app", "v1"), token).status()).isEqualTo(200);
    WireResponse refusal = withToken("GET", manifest("team/app", "v1"), token);
    refused(refusal, 401, "UNAUTHORIZED");
    assertThat(refusal.header("WWW-Authenticate").orElseThrow())
        .contains("scope=\"repository:team/app:pull\"", "error=\"insufficient_scope\"");
  }

  @Test
  @DisplayName("7.3, AZ-7")
  void token_forAUser_doesWhatItWasAskedFor() throws Exception {
    String pull = get("alice", "account=alice&scope=repository:team/app:pull").token;
    String push = get("alice", "scope=repository:team/app:pull,push,delete").token;

    refused(withToken("POST", uploads("team/app"), pull), 401, "UNAUTHORIZED");
    assertThat(withToken("POST", uploads("team/app"), push).status()).isEqualTo(202);
    refused(withToken("POST", uploads("team/other"), push), 401, "UNAUTHORIZED");
    refused(withToken("DELETE", manifest("team/app", "v1"), push), 401, "UNAUTHORIZED");
  }

  @Test
  void token_thatIsNone_isRefusedAsInvalid() throws Exception {
    for (String token : List.of("nonsense", ".".repeat(8_000), get("alice", "").token + "AAAA")) {
      WireResponse refusal = withToken("GET", manifest("team/app", "v1"), token);
      refused(refusal, 401, "UNAUTHORIZED");
      assertThat(refusal.header("WWW-Authenticate").orElseThrow())
          .contains("error=\"invalid_token\"");
    }
  }

  @Test
  void token_ofAPersonalAccessToken_endsWithIt() throws Exception {
    CredentialService.Created created =
        users.credentials().createPersonal("alice", "", List.of(Scope.parse("team/**:pull")), null);
    String token =
        answer(
                client
                    .call("GET", "/v2/_token?scope=repository:team/app:pull,push")
                    .with("Authorization", basic("alice", created.secret()))
                    .send())
            .token;
    refused(withToken("GET", manifest("team/app", "v1"), token), 404, "MANIFEST_UNKNOWN");
    refused(withToken("POST", uploads("team/app"), token), 401, "UNAUTHORIZED");

    users.credentials().revoke(created.credential().id());

    refused(withToken("GET", manifest("team/app", "v1"), token), 401, "UNAUTHORIZED");
  }

  // --- GET

  @Test
  void get_offlineToken_isGivenToWhoeverLoggedIn() throws Exception {
    assertThat(get("alice", "offline_token=true").refresh_token).isNotNull();
    assertThat(get("alice", "offline_token=false").refresh_token).isNull();
    assertThat(get("alice", "").refresh_token).isNull();
    assertThat(get(null, "offline_token=true").refresh_token).isNull();
    assertThat(get(null, "offline_token=true").scope).isNull();
  }

  @Test
  void get_badCredentials_isChallengedForAPassword() throws Exception {
    String token = get("alice", "").token;
    for (String field :
        List.of(basic("alice", "wrong"), basic("", ""), "Basic !", "Bearer " + token, "Digest a")) {
      WireResponse refusal = client.call("GET", "/v2/_token").with("Authorization", field).send();
      refused(refusal, 401, "UNAUTHORIZED");
      assertThat(refusal.headers("WWW-Authenticate")).containsExactly("Basic realm=\"Registry\"");
      assertThat(refusal.text()).contains("wrong user name, password or token");
    }
  }

  // --- POST

  @Test
  @DisplayName("7.3: docker login, and what docker does afterwards")
  void post_passwordThenRefreshToken_givesTokens() throws Exception {
    String scope = "repository:team/app:pull,push repository:other:pull";

    Answer login =
        answer(
            post(
                "grant_type=password&username=alice&password=alice&access_type=offline"
                    + "&client_id=docker&service=stowage&scope="
                    + scope.replace(" ", "+")));
    Answer later =
        answer(
            post(
                "grant_type=refresh_token&access_type=offline&refresh_token="
                    + login.refresh_token
                    + "&scope=repository%3Ateam%2Fapp%3Apull"));

    assertThat(login.scope).isEqualTo("repository:team/app:pull,push");
    assertThat(later.scope).isEqualTo("repository:team/app:pull");
    assertThat(later.refresh_token).as("a refresh token ends").isNull();
    refused(withToken("GET", manifest("team/app", "v1"), later.token), 404, "MANIFEST_UNKNOWN");
    refused(
        withToken("GET", manifest("team/app", "v1"), String.valueOf(login.refresh_token)),
        401,
        "UNAUTHORIZED");
  }

  @Test
  void post_badCredentials_isChallengedForAPassword() throws Exception {
    String access = get("alice", "").token;
    for (String form :
        List.of(
            "grant_type=password&username=alice&password=wrong",
            "grant_type=password&username=&password=",
            "grant_type=password&username=a%3Ab&password=a%3Ab",
            "grant_type=password&password=alice",
            "grant_type=refresh_token&refresh_token=",
            "grant_type=refresh_token&refresh_token=nonsense",
            "grant_type=refresh_token&refresh_token=" + access)) {
      WireResponse refusal = post(form);
      refused(refusal, 401, "UNAUTHORIZED");
      assertThat(refusal.headers("WWW-Authenticate")).containsExactly("Basic realm=\"Registry\"");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "grant_type=authorization_code",
        "grant_type=password&username=alice",
        "grant_type=refresh_token",
        "grant_type=password&username=alice&password=hid%zzden",
        "grant_type=password&username=alice&password=hid\u00e4den"
      })
  @DisplayName("SL-1: a malformed form is refused and not repeated")
  void post_malformedForm_isRefusedAndNotRepeated(String form) throws Exception {
    WireResponse refusal = post(form);

    refused(refusal, 400, "UNSUPPORTED");
    assertThat(refusal.text()).doesNotContain("hid");
  }

  @Test
  @DisplayName("RE-3: a form of more than 64 KiB is refused")
  void re3_formOfMoreThan64Kibibytes_isRefused() throws Exception {
    String scopes = "&scope=" + "a".repeat(65_500);
    String form = "grant_type=password&username=alice&password=alice" + scopes;

    refused(post(form), 413, "SIZE_INVALID");
    refused(
        client.call("POST", "/v2/_token").chunkedBody(form.getBytes(UTF_8)).send(),
        413,
        "SIZE_INVALID");
    assertThat(post(form.substring(0, 65_536)).status()).isEqualTo(200);
  }

  // --- where there are none

  @Test
  void endpoint_withoutTokens_isNone() throws Exception {
    refused(registry.get("/v2/_token"), 404, "UNSUPPORTED");
    refused(client.call("DELETE", "/v2/_token").send(), 405, "UNSUPPORTED");
  }
}
