package io.stowage.registry.server;

import static io.stowage.registry.server.Answers.refused;
import static io.stowage.registry.server.RegistryClient.manifest;
import static io.stowage.registry.server.RegistryClient.uploads;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stowage.registry.access.Action;
import io.stowage.registry.access.CredentialService;
import io.stowage.registry.access.RepositoryPattern;
import io.stowage.registry.access.Scope;
import io.stowage.registry.auth.htpasswd.HtpasswdEditor;
import io.stowage.registry.auth.htpasswd.HtpasswdException;
import io.stowage.registry.auth.htpasswd.HtpasswdLine;
import io.stowage.registry.auth.token.CredentialStore;
import io.stowage.registry.config.ConfigurationException;
import io.stowage.registry.config.ConfigurationFile;
import io.stowage.registry.config.ConfigurationLoader;
import io.stowage.registry.config.Loaded;
import io.stowage.registry.server.http.WireClient;
import io.stowage.registry.server.http.WireClient.WireResponse;
import io.stowage.registry.server.json.Json;
import io.stowage.registry.server.json.JsonException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a configuration to who gets in, and what follows its files while the server runs. */
final class DoorTest {
  private static final Map<String, String> NO_VARIABLES = Map.of();
  private static final String PUBLIC_AND_OWN =
      """
          rules:
            - {subject: anonymous, repositories: 'public/**', actions: pull}
            - {subject: authenticated, repositories: '${user}/**', actions: admin}
      """;

  @TempDir private Path folder;
  private Path file;
  private Path users;
  private final Deque<RegistryServer> running = new ArrayDeque<>();

  @BeforeEach
  void addUsers() throws IOException, HtpasswdException {
    file = folder.resolve("config.yml");
    users = folder.resolve("users");
    for (String user : List.of("alice", "bob")) {
      new HtpasswdEditor(users).put(HtpasswdLine.of(user, user, HtpasswdLine.LEAST_COST));
    }
  }

  @AfterEach
  void stop() {
    running.forEach(server -> server.stop(Duration.ZERO));
  }

  // --- in short

  private String withUsers(String access, String... more) {
    return """
        version: 0.1
        storage:
          filesystem:
            rootdirectory: %s
        http:
          addr: 127.0.0.1:0
        auth:
          htpasswd:
            realm: Here
            path: %s
        stowage:
          access:
        %s
        """
            .formatted(folder.resolve("data"), users, access)
        + String.join("\n", more);
  }

  /** Serves by this configuration, as the command does. */
  private RegistryClient serve(String yaml) throws IOException, ConfigurationException {
    Files.writeString(file, yaml);
    Loaded loaded = load();
    RegistryServer server =
        RegistryAssembly.start(
            loaded.configuration(),
            new ConfigurationSource() {
              @Override
              public Loaded atStart() {
                return loaded;
              }

              @Override
              public Loaded read() throws IOException, ConfigurationException {
                return load();
              }
            },
            new ByteArrayOutputStream());
    running.push(server);
    return new RegistryClient(server.address());
  }

  private Loaded load() throws IOException, ConfigurationException {
    return ConfigurationLoader.fromDisk().load(ConfigurationFile.read(file), NO_VARIABLES);
  }

  private static RegistryClient.Call as(RegistryClient.Call call, String user, String password) {
    byte[] text = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return call.with("Authorization", "Basic " + Base64.getEncoder().encodeToString(text));
  }

  private static RegistryClient.Call by(RegistryClient.Call call, String token) {
    return call.with("Authorization", "Bearer " + token);
  }

  private record TokenAnswer(String token, String access_token, int expires_in) {}

  private static String token(WireResponse response) throws JsonException {
    assertThat(response.status()).as(response.text()).isEqualTo(200);
    TokenAnswer answer = Json.read(response.body(), TokenAnswer.class);
    assertThat(answer.access_token()).isEqualTo(answer.token());
    assertThat(answer.expires_in()).isGreaterThanOrEqualTo(60);
    return answer.token();
  }

  // --- users

  @Test
  @DisplayName("7.1: an htpasswd file alone is what it is with registry:2")
  void htpasswd_withoutRules_letsWhoeverLogsInDoEverything() throws Exception {
    RegistryClient client = serve(withUsers("    groups: {}"));

    WireResponse refusal = client.get("/v2/");
    assertThat(refusal.status()).isEqualTo(401);
    assertThat(refusal.header("WWW-Authenticate")).contains("Basic realm=\"Here\"");
    refused(as(client.call("GET", "/v2/"), "alice", "bob").send(), 401, "UNAUTHORIZED");
    assertThat(as(client.call("GET", "/v2/"), "alice", "alice").send().status()).isEqualTo(200);
    assertThat(as(client.call("POST", uploads("any/where")), "bob", "bob").send().status())
        .isEqualTo(202);
  }

  @Test
  @DisplayName("AN-13: guessing is answered by 429 with the time to wait")
  void htpasswd_elevenWrongPasswords_areTooMany() throws Exception {
    RegistryClient client = serve(withUsers("    groups: {}"));

    for (int i = 0; i < 10; i++) {
      refused(as(client.call("GET", "/v2/"), "alice", "guess").send(), 401, "UNAUTHORIZED");
    }
    WireResponse refusal = as(client.call("GET", "/v2/"), "alice", "guess").send();
    refused(refusal, 429, "TOOMANYREQUESTS");
    assertThat(refusal.header("Retry-After"))
        .hasValueSatisfying(s -> assertThat(s).matches("\\d+"));
    assertThat(client.get("/v2/").status()).as("without credentials").isEqualTo(401);
  }

  @Test
  @DisplayName("AN-14: a user who is removed is out")
  void htpasswd_userIsRemoved_isOutWithHisTokens() throws Exception {
    RegistryClient client = serve(withUsers(PUBLIC_AND_OWN));
    String token =
        token(
            as(client.call("GET", "/v2/_token?scope=repository:bob/app:pull"), "bob", "bob")
                .send());
    assertThat(by(client.call("GET", "/v2/"), token).send().status()).isEqualTo(200);

    new HtpasswdEditor(users).remove("bob");

    int afterwards =
        ApiTest.await(
            () -> as(client.call("GET", "/v2/"), "bob", "bob").send().status(),
            status -> status != 200);
    assertThat(afterwards).isEqualTo(401);
    refused(by(client.call("GET", "/v2/"), token).send(), 401, "UNAUTHORIZED");
  }

  @Test
  void htpasswd_missingFile_isRefusedWithTheCommandThatMakesIt() throws Exception {
    Files.delete(users);

    assertThatThrownBy(() -> serve(withUsers(PUBLIC_AND_OWN)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("registry htpasswd add " + users);
  }

  // --- tokens of our own

  @Test
  @DisplayName("10-43: public and private side by side")
  void mixedRegistry_asksForTokensAndGivesThemToNobodyToo() throws Exception {
    RegistryClient client = serve(withUsers(PUBLIC_AND_OWN));

    String challenge = client.get("/v2/").header("WWW-Authenticate").orElseThrow();
    assertThat(challenge)
        .isEqualTo("Bearer realm=\"http://registry.test/v2/_token\",service=\"stowage\"");
    String token =
        token(
            client.get(
                "/v2/_token?service=stowage&scope=repository:public/app:pull"
                    + "&scope=repository:alice/app:pull"));
    assertThat(by(client.call("GET", "/v2/"), token).send().status()).isEqualTo(200);
    assertThat(by(client.call("GET", manifest("public/app", "v1")), token).send().status())
        .isEqualTo(404);
    WireResponse refusal = by(client.call("GET", manifest("alice/app", "v1")), token).send();
    assertThat(refusal.status()).isEqualTo(401);
    assertThat(refusal.header("WWW-Authenticate"))
        .hasValueSatisfying(
            text ->
                assertThat(text)
                    .contains("scope=\"repository:alice/app:pull\"")
                    .endsWith("error=\"insufficient_scope\""));
  }

  @Test
  @DisplayName("7.3: what one may not do is left out of a token")
  void token_ofAUser_isForWhatHeMayDo() throws Exception {
    RegistryClient client = serve(withUsers(PUBLIC_AND_OWN));
    String scopes = "scope=repository:alice/app:pull,push&scope=repository:bob/app:pull,push";

    String token = token(as(client.call("GET", "/v2/_token?" + scopes), "alice", "alice").send());

    assertThat(by(client.call("POST", uploads("alice/app")), token).send().status()).isEqualTo(202);
    refused(by(client.call("POST", uploads("bob/app")), token).send(), 401, "UNAUTHORIZED");
    refused(
        by(client.call("DELETE", manifest("alice/app", "v1")), token).send(), 401, "UNAUTHORIZED");
    refused(
        as(client.call("GET", "/v2/_token?" + scopes), "alice", "wrong").send(),
        401,
        "UNAUTHORIZED");
  }

  @Test
  @DisplayName("AN-3, AN-4: a token that nobody signed")
  void token_tamperedWith_isNone() throws Exception {
    RegistryClient client = serve(withUsers(PUBLIC_AND_OWN));
    String token = token(client.get("/v2/_token"));
    String unsigned = token.substring(0, token.lastIndexOf('.') + 1);
    String zeros = Base64.getUrlEncoder().withoutPadding().encodeToString(new byte[64]);

    for (String forged : List.of(unsigned, unsigned + zeros, token + "x", "." + token, "x")) {
      WireResponse refusal = by(client.call("GET", "/v2/"), forged).send();
      assertThat(refusal.status()).isEqualTo(401);
      assertThat(refusal.header("WWW-Authenticate"))
          .hasValueSatisfying(text -> assertThat(text).endsWith("error=\"invalid_token\""));
    }
  }

  @Test
  void personalToken_isAPasswordForItsScopes_untilItIsRevoked() throws Exception {
    RegistryClient client = serve(withUsers(PUBLIC_AND_OWN));
    CredentialStore credentials =
        TokenFolders.of(load().configuration(), Clock.systemUTC()).credentials(user -> true);
    CredentialService.Created made =
        credentials.createPersonal("alice", "laptop", List.of(scope("alice/tools/**")), null);

    assertThat(
            as(client.call("POST", uploads("alice/tools/x")), "alice", made.secret())
                .send()
                .status())
        .isEqualTo(202);
    refused(
        as(client.call("POST", uploads("alice/app")), "alice", made.secret()).send(),
        403,
        "DENIED");
    refused(as(client.call("GET", "/v2/"), "bob", made.secret()).send(), 401, "UNAUTHORIZED");
    String token =
        token(
            as(
                    client.call("GET", "/v2/_token?scope=repository:alice/tools/x:push"),
                    "alice",
                    made.secret())
                .send());
    assertThat(by(client.call("GET", "/v2/"), token).send().status()).isEqualTo(200);

    credentials.revoke(made.credential().id());

    refused(as(client.call("GET", "/v2/"), "alice", made.secret()).send(), 401, "UNAUTHORIZED");
    refused(by(client.call("GET", "/v2/"), token).send(), 401, "UNAUTHORIZED");
  }

  @Test
  void robot_mayDoWhatItsScopesSay_withoutARule() throws Exception {
    RegistryClient client = serve(withUsers(PUBLIC_AND_OWN));
    CredentialStore credentials =
        TokenFolders.of(load().configuration(), Clock.systemUTC()).credentials(user -> true);
    String secret = credentials.createRobot("ci", "", List.of(scope("team/**")), null).secret();

    assertThat(as(client.call("POST", uploads("team/app")), "robot$ci", secret).send().status())
        .isEqualTo(202);
    refused(as(client.call("POST", uploads("other")), "robot$ci", secret).send(), 403, "DENIED");
  }

  @Test
  void robots_withoutRules_areEverybodysWhoLogsIn() throws Exception {
    RegistryClient client = serve(withUsers("    groups: {}"));
    RegistryClient.Call call =
        client
            .call("POST", "/v2/_stowage/robots")
            .with("Content-Type", "application/json")
            .body(Content.of("{\"name\":\"ci\",\"scopes\":[\"team/**:pull,push\"]}"));

    refused(call.send(), 401, "UNAUTHORIZED");
    WireResponse made = as(call, "bob", "bob").send();

    assertThat(made.status()).as(made.text()).isEqualTo(201);
    String secret = Json.read(made.body(), RobotAnswer.class).secret();
    assertThat(as(client.call("POST", uploads("team/app")), "robot$ci", secret).send().status())
        .isEqualTo(202);
  }

  private record RobotAnswer(String user, String secret) {}

  private static Scope scope(String pattern) {
    return new Scope(new RepositoryPattern(pattern), Set.of(Action.PULL, Action.PUSH));
  }

  @Test
  void tokens_switchedOff_areNotGivenOut() throws Exception {
    RegistryClient client = serve(withUsers(PUBLIC_AND_OWN, "  tokens: {enabled: false}"));

    assertThat(client.get("/v2/").header("WWW-Authenticate")).contains("Basic realm=\"Here\"");
    assertThat(client.get("/v2/_token").status()).isEqualTo(404);
    refused(
        as(client.call("GET", "/v2/_stowage/tokens"), "alice", "alice").send(), 404, "UNSUPPORTED");
  }

  @Test
  void tokens_outliveARestart() throws Exception {
    String yaml = withUsers(PUBLIC_AND_OWN);
    String token = token(serve(yaml).get("/v2/_token"));
    stop();

    RegistryClient again = serve(yaml);

    assertThat(by(again.call("GET", "/v2/"), token).send().status()).isEqualTo(200);
  }

  // --- rules

  @Test
  void rules_thatChange_areInForceSoon_andBrokenOnesChangeNothing() throws Exception {
    RegistryClient client = serve(withUsers(PUBLIC_AND_OWN));
    String target = manifest("public/app", "v1");
    assertThat(client.get(target).status()).isEqualTo(404);

    Files.writeString(file, withUsers("    rules: []"));
    ApiTest.await(() -> client.get(target).status(), status -> status == 401);
    assertThat(client.get("/v2/").header("WWW-Authenticate")).contains("Basic realm=\"Here\"");

    try (CapturedLog log = new CapturedLog()) {
      Files.writeString(file, withUsers("    rules: [{subject: nobody, actions: everything}]"));
      ApiTest.await(
          log::lines, lines -> lines.stream().anyMatch(line -> line.contains("\"nobody\"")));
    }
    assertThat(client.get(target).status()).isEqualTo(401);

    Files.writeString(file, withUsers(PUBLIC_AND_OWN));
    ApiTest.await(() -> client.get(target).status(), status -> status == 404);
  }

  @Test
  @DisplayName("AZ-9: a configuration that lost its end opens nothing")
  void rules_thatVanish_stayInForce() throws Exception {
    String whole = withUsers(PUBLIC_AND_OWN);
    RegistryClient client = serve(whole);
    String target = manifest("team/app", "v1");

    for (String lost : List.of("auth:", "stowage:")) {
      try (CapturedLog log = new CapturedLog()) {
        Files.writeString(file, whole.substring(0, whole.indexOf(lost)));
        ApiTest.await(
            log::lines,
            lines -> lines.stream().anyMatch(line -> line.contains("no access rules any more")));
      }
      assertThat(client.get(target).status()).isEqualTo(401);
      assertThat(as(client.call("GET", target), "bob", "bob").send().status()).isEqualTo(403);
    }
  }

  // --- tokens of another service

  @Test
  @DisplayName("7.2: tokens of another service say what they are for")
  void foreignTokens_letDoWhatIsInThem() throws Exception {
    KeyPair keys = keyPair();
    Path bundle = folder.resolve("keys.pem");
    Files.writeString(bundle, pem(keys));
    RegistryClient client =
        serve(
            """
            version: 0.1
            storage: {filesystem: {rootdirectory: %s}}
            http: {addr: '127.0.0.1:0'}
            auth:
              token:
                realm: https://auth.test/token
                service: registry.test
                issuer: auth.test
                rootcertbundle: %s
            """
                .formatted(folder.resolve("data"), bundle));

    assertThat(client.get("/v2/app/tags/list").header("WWW-Authenticate"))
        .contains(
            "Bearer realm=\"https://auth.test/token\",service=\"registry.test\""
                + ",scope=\"repository:app:pull\"");
    assertThat(client.get("/v2/_token").status()).isEqualTo(404);
    String token = signed(keys, "app");
    assertThat(by(client.call("POST", uploads("app")), token).send().status()).isEqualTo(202);
    refused(by(client.call("POST", uploads("other")), token).send(), 401, "UNAUTHORIZED");
    refused(
        by(client.call("POST", uploads("app")), signed(keyPair(), "app")).send(),
        401,
        "UNAUTHORIZED");
    refused(as(client.call("GET", "/v2/"), "alice", "alice").send(), 401, "UNAUTHORIZED");
  }

  private static KeyPair keyPair() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  private static String pem(KeyPair keys) {
    return "-----BEGIN PUBLIC KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(keys.getPublic().getEncoded())
        + "\n-----END PUBLIC KEY-----\n";
  }

  private static String signed(KeyPair keys, String repository) throws GeneralSecurityException {
    long now = Instant.now().getEpochSecond();
    String content =
        base64("{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"%s\"}".formatted(thumbprint(keys)))
            + "."
            + base64(
                """
                {"iss":"auth.test","aud":"registry.test","sub":"carol","nbf":%d,"exp":%d,
                 "access":[{"type":"repository","name":"%s","actions":["pull","push"]}]}
                """
                    .formatted(now - 5, now + 300, repository));
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(keys.getPrivate());
    signature.update(content.getBytes(StandardCharsets.US_ASCII));
    return content + "." + base64(signature.sign());
  }

  /** RFC 7638. */
  private static String thumbprint(KeyPair keys) throws GeneralSecurityException {
    var key = (java.security.interfaces.RSAPublicKey) keys.getPublic();
    String canonical =
        "{\"e\":\"%s\",\"kty\":\"RSA\",\"n\":\"%s\"}"
            .formatted(
                base64(unsigned(key.getPublicExponent())), base64(unsigned(key.getModulus())));
    return base64(
        java.security.MessageDigest.getInstance("SHA-256")
            .digest(canonical.getBytes(StandardCharsets.US_ASCII)));
  }

  private static byte[] unsigned(java.math.BigInteger number) {
    byte[] bytes = number.toByteArray();
    return bytes[0] == 0 ? java.util.Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
  }

  private static String base64(String text) {
    return base64(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  // --- TLS

  @Test
  void tls_filesThatAreReplaced_countForNewConnections() throws Exception {
    TlsPair first = TlsPair.make(folder);
    RegistryClient client =
        serve(
            """
            version: 0.1
            storage: {filesystem: {rootdirectory: %s}}
            http:
              addr: '127.0.0.1:0'
              tls: {certificate: %s, key: %s}
            """
                .formatted(folder.resolve("data"), first.certificate(), first.key()));
    try (WireClient open = first.connect(client.server())) {
      assertThat(open.request("GET", "/v2/").status()).isEqualTo(200);

      Files.writeString(first.key(), "no key");
      TlsPair second = TlsPair.make(folder);
      ApiTest.await(() -> second.isServedBy(client.server()), served -> served);

      assertThat(open.request("GET", "/v2/").status()).isEqualTo(200);
    }
  }

  @Test
  void tls_keyOfAnotherCertificate_isRefusedAtStart() throws Exception {
    TlsPair mine = TlsPair.make(folder);
    TlsPair other = TlsPair.make(Files.createDirectory(folder.resolve("other")));
    String yaml =
        """
        version: 0.1
        storage: {filesystem: {rootdirectory: %s}}
        http:
          addr: '127.0.0.1:0'
          tls: {certificate: %s, key: %s}
        """
            .formatted(folder.resolve("data"), mine.certificate(), other.key());

    assertThatThrownBy(() -> serve(yaml))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("the key doesn't belong to the certificate");
  }
}
