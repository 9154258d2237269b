package io.stowage.registry.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.access.Action;
import io.stowage.registry.access.RepositoryPattern;
import io.stowage.registry.access.Scope;
import io.stowage.registry.auth.htpasswd.HtpasswdEditor;
import io.stowage.registry.auth.htpasswd.HtpasswdLine;
import io.stowage.registry.auth.token.CredentialStore;
import io.stowage.registry.config.ConfigurationFile;
import io.stowage.registry.config.ConfigurationLoader;
import io.stowage.registry.config.Loaded;
import io.stowage.registry.config.Setting;
import io.stowage.registry.server.http.WireClient.WireResponse;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing that a configuration or a client keeps secret is in a log, at whatever level, in an
 * answer to somebody else, or in what is shown of the configuration.
 */
final class SecretsTest {
  private static final String PASSWORD = "correct-horse-battery";
  private static final String GUESS = "wrong-horse-guess";
  private static final String HTTP_SECRET = "http-secret-in-a-file";
  private static final String PROXY_PASSWORD = "upstream-password";
  private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");
  private static final Pattern SECRET = Pattern.compile("\"secret\":\"([^\"]+)\"");

  @TempDir private Path folder;
  private final ByteArrayOutputStream accessLog = new ByteArrayOutputStream();
  private final List<String> answers = new ArrayList<>();

  @Test
  @DisplayName("SL-1, SL-2, SL-5: no secret is logged, shown or told")
  void secrets_ofConfigurationAndClients_areNowhereToBeSeen() throws Exception {
    Path users = folder.resolve("users");
    new HtpasswdEditor(users).put(HtpasswdLine.of("alice", PASSWORD, HtpasswdLine.LEAST_COST));
    String hash = Files.readString(users).strip().substring("alice:".length());
    try (CapturedLog log = new CapturedLog()) {
      Loaded loaded = load(users);
      RegistryServer server =
          RegistryAssembly.start(
              loaded.configuration(), ConfigurationSource.of(loaded.configuration()), accessLog);
      List<String> secrets = new ArrayList<>(List.of(hash, PASSWORD, GUESS, HTTP_SECRET));
      secrets.add(PROXY_PASSWORD);
      secrets.addAll(talk(new RegistryClient(server.address()), loaded));
      server.stop(Duration.ofSeconds(5));

      assertThat(log.lines()).as("the test hears what is logged").isNotEmpty();
      List<String> shown = new ArrayList<>(log.lines());
      shown.addAll(loaded.settings().stream().map(Setting::text).toList());
      shown.addAll(loaded.notices().stream().map(notice -> notice.text()).toList());
      shown.add(loaded.configuration().toString());
      shown.addAll(answers);
      shown.addAll(Arrays.asList(accessLog.toString(StandardCharsets.UTF_8).split("\n")));
      for (String secret : secrets) {
        assertThat(shown).as(secret).noneMatch(line -> line.contains(secret));
      }
    }
  }

  private Loaded load(Path users) throws Exception {
    String yaml =
        """
        version: 0.1
        log: {level: debug}
        storage: {filesystem: {rootdirectory: %s}}
        http: {addr: '127.0.0.1:0', secret: %s}
        auth: {htpasswd: {realm: Here, path: %s}}
        stowage: {tokens: {enabled: true}}
        """
            .formatted(folder.resolve("data"), HTTP_SECRET, users);
    return ConfigurationLoader.fromDisk()
        .load(
            new ConfigurationFile("config.yml", yaml),
            Map.of("REGISTRY_PROXY_PASSWORD", PROXY_PASSWORD));
  }

  /** Shows secrets in every place where clients show them; gives those that it was given. */
  private List<String> talk(RegistryClient client, Loaded loaded) throws Exception {
    CredentialStore credentials =
        TokenFolders.of(loaded.configuration(), Clock.systemUTC()).credentials(user -> true);
    String personal =
        credentials
            .createPersonal(
                "alice", "", List.of(new Scope(RepositoryPattern.ALL, Set.of(Action.PULL))), null)
            .secret();
    String basic = basic("alice", PASSWORD);
    String token = tokenOf(send(client.call("GET", "/v2/_token"), basic));
    String foreign = token.substring(0, token.length() - 4) + "AAAA";
    for (String field :
        List.of(
            basic,
            basic("alice", GUESS),
            basic("alice", personal),
            basic("alice", personal + "x"),
            "Bearer " + token,
            "Bearer " + foreign,
            "Basic " + GUESS,
            "Unknown " + GUESS)) {
      keep(send(client.call("GET", "/v2/app/tags/list"), field));
      keep(send(client.call("GET", "/v2/app/manifests/..%2f"), field));
    }
    keep(client.get("/v2/?token=" + token + "&password=" + PASSWORD + "&_state=" + GUESS));
    keep(
        client
            .call("POST", "/v2/_token")
            .with("Content-Type", "application/x-www-form-urlencoded")
            .body(Content.of("grant_type=password&username=alice&password=" + GUESS))
            .send());
    keep(
        client
            .call("GET", "/v2/")
            .with("Referer", "https://alice:" + PASSWORD + "@registry.test/")
            .send());
    String own =
        secretOf(
            client
                .call("POST", "/v2/_stowage/tokens")
                .with("Authorization", basic)
                .with("Content-Type", "application/json")
                .body(Content.of("{\"scopes\":[\"**:pull\"]}"))
                .send());
    keep(send(client.call("GET", "/v2/_stowage/tokens"), basic));
    keep(send(client.call("DELETE", "/v2/_stowage/tokens/" + own.substring(4, 14)), basic));
    return List.of(
        own, personal, token, foreign, encoded("alice", PASSWORD), encoded("alice", GUESS));
  }

  private static WireResponse send(RegistryClient.Call call, String field) throws Exception {
    return call.with("Authorization", field).send();
  }

  private void keep(WireResponse response) {
    answers.add(response.text() + response.fields());
  }

  private static String basic(String user, String password) {
    return "Basic " + encoded(user, password);
  }

  private static String encoded(String user, String password) {
    byte[] text = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    return Base64.getEncoder().encodeToString(text);
  }

  private static String tokenOf(WireResponse response) {
    return found(TOKEN, response);
  }

  private static String secretOf(WireResponse response) {
    return found(SECRET, response);
  }

  private static String found(Pattern pattern, WireResponse response) {
    Matcher matcher = pattern.matcher(response.text());
    assertThat(matcher.find()).as(response.text()).isTrue();
    return matcher.group(1);
  }
}
