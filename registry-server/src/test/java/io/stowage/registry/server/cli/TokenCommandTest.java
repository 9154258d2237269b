package io.stowage.registry.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import io.stowage.registry.auth.htpasswd.HtpasswdFile;
import io.stowage.registry.auth.htpasswd.HtpasswdLine;
import io.stowage.registry.auth.token.CredentialStore;
import io.stowage.registry.auth.token.ResourceAccess;
import io.stowage.registry.config.Configuration;
import io.stowage.registry.config.ConfigurationFile;
import io.stowage.registry.config.ConfigurationLoader;
import io.stowage.registry.server.TokenFolders;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code registry token} and {@code registry robot}, beside what a running server would see. */
class TokenCommandTest {
  @TempDir private Path folder;
  private Path file = Path.of("");
  private Path users = Path.of("");

  @BeforeEach
  void writeConfiguration() throws Exception {
    file = folder.resolve("config.yml");
    users = folder.resolve("users");
    Files.writeString(users, HtpasswdLine.of("alice", "secret", 4).text() + "\n");
    configure("auth: {htpasswd: {realm: Registry, path: '%s'}}".formatted(users));
  }

  private void configure(String auth) throws IOException {
    Files.writeString(
        file,
        """
        version: 0.1
        storage: {filesystem: {rootdirectory: '%s'}}
        %s
        """
            .formatted(folder.resolve("data"), auth));
  }

  private CommandRun run(String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(List.of("--config", file.toString()));
    return CommandRun.of(all.toArray(String[]::new));
  }

  private TokenFolders folders() throws Exception {
    Configuration configuration =
        ConfigurationLoader.fromDisk().load(ConfigurationFile.read(file), Map.of()).configuration();
    return TokenFolders.of(configuration, Clock.systemUTC());
  }

  private CredentialStore store() throws Exception {
    return folders().credentials(HtpasswdFile.read(users)::knows);
  }

  // --- personal access tokens

  @Test
  void create_forAUser_printsTheSecretAloneAndTheRestBeside() throws Exception {
    CommandRun run =
        run("token", "create", "alice", "--scope", "team/**:pull,push", "--scope", "base:pull");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out()).matches("stw_[0-9a-z]{10}_[0-9A-Za-z]{34}\n");
    String id = run.out().substring(4, 14);
    assertThat(run.err())
        .isEqualTo(
            """
            This secret of alice (id %s) is shown only now; it is for team/**:pull,push base:pull \
            and never ends.
            Use it as the password: docker login -u 'alice' REGISTRY
            """
                .formatted(id));
    assertThat(store().authenticate("alice", run.out().strip())).isPresent();
  }

  @Test
  void list_showsEverythingButSecrets() throws Exception {
    String first = secret("token", "create", "alice", "--scope", "a:pull", "--note", "laptop");
    String second = secret("token", "create", "alice", "--scope", "b:pull", "--expires", "90d");
    secret("robot", "create", "ci", "--scope", "c:pull");

    CommandRun run = run("token", "list", "--user", "alice");

    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(run.out().lines())
        .hasSize(3)
        .satisfiesExactly(
            head -> assertThat(head).startsWith("ID          USER"),
            line ->
                assertThat(line)
                    .matches(first.substring(4, 14) + "  alice +never +a:pull \\(laptop\\)"),
            line ->
                assertThat(line).matches(second.substring(4, 14) + "  alice +\\d{4}-.*Z  b:pull"));
    assertThat(run.out()).doesNotContain(first.substring(15), second.substring(15));
    assertThat(run("token", "list", "--user", "bob").out().lines()).hasSize(1);
  }

  private String secret(String... args) {
    CommandRun run = run(args);
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.out().strip();
  }

  @Test
  void revoke_beforeTheEyesOfARunningServer_holdsAtOnce() throws Exception {
    String secret = secret("token", "create", "alice", "--scope", "a:pull");
    CredentialStore served = store();
    assertThat(served.authenticate("alice", secret)).isPresent();

    CommandRun run = run("token", "revoke", secret.substring(4, 14));

    assertThat(run.out()).isEqualTo("Revoked %s of alice.\n".formatted(secret.substring(4, 14)));
    assertThat(served.authenticate("alice", secret)).isEmpty();
    CommandRun again = run("token", "revoke", secret.substring(4, 14));
    assertThat(again.exitCode()).isOne();
    assertThat(again.err())
        .isEqualTo(
            "Error: there is no personal access token with the id %s\n"
                .formatted(secret.substring(4, 14)));
  }

  @Test
  void create_forNobody_isRefusedAndNamesTheFile() {
    CommandRun run = run("token", "create", "bob", "--scope", "a:pull");

    assertThat(run.exitCode()).isOne();
    assertThat(run.out()).isEmpty();
    assertThat(run.err()).isEqualTo("Error: %s has no user bob\n".formatted(users));
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--scope=team; scope: team (expected: PATTERN:ACTIONS, as in team/**:pull,push)",
        "--scope=a:paint; scope: a:paint: action paint (expected: some of pull,push,tag-overwrite",
        "--expires=soon; soon (expected: days, hours or minutes as in 90d, 12h, 30m",
        "--expires=0d; 0d (expected: days",
        "--expires=9999d; 9999d (expected: days, hours or minutes as in 90d, 12h, 30m, at most",
        "--expires=-1d; -1d (expected: days"
      })
  void create_malformedOption_isRefusedWithValueAndRule(String option, String message) {
    CommandRun run = run("token", "create", "alice", "--scope", "a:pull", option);

    assertThat(run.exitCode()).isOne();
    assertThat(run.err()).contains(message).doesNotContain("Exception");
  }

  @Test
  void create_withoutScope_saysThatOneIsNeeded() {
    assertThat(run("token", "create", "alice").err()).contains("--scope");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"auth: {none: {}}", "auth: {token: {realm: r, service: s, issuer: i, jwks: k}}"})
  void create_whereThereAreNoUsers_isRefused(String auth) throws Exception {
    configure(auth);

    assertThat(run("token", "list").err())
        .isEqualTo(
            "Error: this registry has no users of its own: auth.htpasswd is not configured\n");
    assertThat(run("robot", "list").exitCode()).isOne();
  }

  // --- robots

  @Test
  void robot_createListRevoke_isAnAccountOfItsOwn() throws Exception {
    CommandRun made = run("robot", "create", "ci", "--scope", "team/**:pull,push");
    CredentialStore served = store();

    assertThat(made.err()).contains("docker login -u 'robot$ci' REGISTRY");
    assertThat(served.authenticate("robot$ci", made.out().strip())).isPresent();
    assertThat(run("robot", "list").out()).contains("robot$ci", "team/**:pull,push");
    assertThat(run("token", "list").out().lines()).hasSize(1);
    CommandRun taken = run("robot", "create", "ci", "--scope", "a:pull");
    assertThat(taken.err()).isEqualTo("Error: robot name: ci (expected: one that is free)\n");
    assertThat(run("robot", "revoke", "ci").out()).isEqualTo("Revoked robot$ci.\n");
    assertThat(served.authenticate("robot$ci", made.out().strip())).isEmpty();
    assertThat(run("robot", "revoke", "robot$ci").err())
        .isEqualTo("Error: there is no robot account robot$ci\n");
  }

  // --- verify

  @Test
  void verify_ownToken_saysWhatItIsGoodFor() throws Exception {
    String token = own("alice");

    CommandRun run = run("token", "verify", token);

    assertThat(run.exitCode()).as(run.out()).isZero();
    assertThat(run.out())
        .matches(
            "The token of alice holds until \\S+, for repository:team/app:pull, as the rules"
                + " allow.\n");
    assertThat(verifyFromInput(token + "\n").out()).isEqualTo(run.out());
  }

  @Test
  void verify_tokenThatDoesNotHold_namesTheCheck() throws Exception {
    CommandRun run = run("token", "verify", own("bob"));

    assertThat(run.exitCode()).isOne();
    assertThat(run.out()).isEqualTo("The token doesn't hold: its user doesn't exist any more.\n");
    assertThat(run("token", "verify", "nonsense").out())
        .isEqualTo(
            "The token doesn't hold: it is no signed JWT: three parts of base64url, joined by"
                + " dots.\n");
    configure("auth: {none: {}}");
    assertThat(run("token", "verify", "nonsense").err())
        .isEqualTo("Error: this registry takes no tokens: auth is none\n");
  }

  private String own(String user) throws Exception {
    return folders()
        .issuer()
        .access(user, List.of(new ResourceAccess("repository", "team/app", Set.of("pull"))), null)
        .token();
  }

  @Test
  void verify_foreignToken_isCheckedByItsServicesKeys() throws Exception {
    ECKey key = new ECKeyGenerator(Curve.P_256).keyID("k").generate();
    Path jwks = folder.resolve("jwks.json");
    Files.writeString(jwks, new JWKSet(key.toPublicJWK()).toString());
    configure(
        "auth: {token: {realm: 'http://a.test/t', service: s, issuer: i, jwks: '%s'}}"
            .formatted(jwks));

    CommandRun right = run("token", "verify", foreign(key, "i"));
    CommandRun wrong = run("token", "verify", foreign(key, "other"));

    assertThat(right.exitCode()).as(right.out() + right.err()).isZero();
    assertThat(right.out())
        .matches("The token of nobody in particular holds until \\S+, for nothing but .*\n");
    assertThat(wrong.out())
        .isEqualTo("The token doesn't hold: its issuer (iss) is other (expected: i).\n");
  }

  private static String foreign(ECKey key, String issuer) throws Exception {
    JWSObject token =
        new JWSObject(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("k").build(),
            new Payload(
                Map.of("iss", issuer, "aud", "s", "exp", Instant.now().getEpochSecond() + 60)));
    token.sign(new ECDSASigner(key));
    return token.serialize();
  }

  private CommandRun verifyFromInput(String input) {
    StringWriter out = new StringWriter();
    TokenCommand command =
        new TokenCommand(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    int exitCode =
        new CommandLine(command)
            .setOut(new PrintWriter(out))
            .execute("verify", "--config", file.toString());
    return new CommandRun(exitCode, out.toString(), "");
  }
}
