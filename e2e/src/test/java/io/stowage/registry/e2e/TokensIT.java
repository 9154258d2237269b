package io.stowage.registry.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The token service of the server's own: a Bearer challenge, and secrets that stand for a password.
 */
class TokensIT {
  private static final Account ALICE = Account.of("alice");

  @RegisterExtension
  static final Workbench BENCH =
      new Workbench(
          bench ->
              Account.htpasswd(bench, ALICE)
                  + """
                  http:
                    addr: 127.0.0.1:0
                  stowage:
                    auth:
                      # All clients here come from one address.
                      freefailures: 100
                    tokens:
                      enabled: true
                  """);

  static Stream<Named<Client>> clients() throws IOException {
    return Client.all(BENCH, new Transport.Plain());
  }

  private static Seat seat() throws IOException {
    return Seat.at(BENCH, new Transport.Plain());
  }

  /** Makes a personal access token, which stands for Alice's password. */
  private static Account personalToken(String scope) {
    String secret = BENCH.administer("token", "create", "alice", "--scope", scope).run().output();
    return ALICE.withPassword(secret);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void login_withPassword_mayPushAndPullUntilLogout(Client client) throws IOException {
    String name = "team/" + client.name() + ":1.0.0";
    client.login(ALICE).run();
    client.push(name).run();
    client.pull(name).run();
    client.logout().run();
    assertThat(client.pull(name).refuse().errors()).containsPattern(Refusals.DENIED);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void login_withWrongPassword_isRefused(Client client) throws IOException {
    String name = "team/" + client.name() + "-wrong:1.0.0";
    assertThat(client.refusedLogin(ALICE.withPassword("wrong"), name))
        .containsPattern(Refusals.UNAUTHORIZED);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void personalToken_asPassword_reachesItsScopeUntilRevoked(Client client) throws IOException {
    Account token = personalToken("team/**:pull,push");
    client.login(token).run();
    String name = "team/" + client.name() + "-token";
    client.push(name + ":1.0.0").run();
    client.pull(name + ":1.0.0").run();
    assertThat(client.push("other/" + client.name() + ":1.0.0").refuse().errors())
        .containsPattern(Refusals.DENIED);

    BENCH.administer("token", "revoke", id(token)).run();
    assertThat(client.pull(name + ":1.0.0").refuse().errors()).containsPattern(Refusals.DENIED);
    assertThat(client.push(name + ":2.0.0").refuse().errors()).containsPattern(Refusals.DENIED);
  }

  /** The part of a secret that names it: {@code prefix_ID_...}. */
  private static String id(Account token) {
    return token.password().split("_", 3)[1];
  }

  @ParameterizedTest
  @MethodSource("clients")
  void robot_withItsSecret_reachesItsScope(Client client) throws IOException {
    String name = "bot-" + client.name();
    String secret =
        BENCH.administer("robot", "create", name, "--scope", "team/**:pull,push").run().output();
    client.login(new Account("robot$" + name, secret)).run();
    client.push("team/" + name + ":1.0.0").run();
    client.pull("team/" + name + ":1.0.0").run();
    assertThat(client.push("other/" + name + ":1.0.0").refuse().errors())
        .containsPattern(Refusals.DENIED);
  }

  @Test
  void push_ofLayersKnownElsewhereByDocker_mountsThem() throws IOException {
    try (DockerEngine docker = new DockerEngine(seat())) {
      docker.login(ALICE).run();
      docker.push("team/docker-first:1.0.0").run();
      String output =
          docker.pushAgain("team/docker-first:1.0.0", "team/second:1.0.0").run().output();
      assertThat(output).contains("Mounted from team/docker-first").doesNotContain(": Pushed");
    }
  }

  @Test
  void copy_toOtherRepositoryByCrane_mountsTheLayers() throws IOException {
    Crane crane = new Crane(seat());
    crane.login(ALICE).run();
    crane.push("team/crane-first:1.0.0").run();
    assertThat(crane.copy("team/crane-first:1.0.0", "team/third:1.0.0").run().errors())
        .contains("mounted blob: sha256:")
        .doesNotContain("pushed blob: sha256:");
  }

  @Test
  void copy_toOtherRepositoryBySkopeo_mountsTheLayers() throws IOException {
    Skopeo skopeo = new Skopeo(seat());
    skopeo.login(ALICE).run();
    skopeo.push("team/skopeo-first:1.0.0").run();
    skopeo.copy("team/skopeo-first:1.0.0", "team/fourth:1.0.0").run();
    // Skopeo says nothing of it. The image has two layers.
    assertThat(BENCH.registry().log().lines())
        .filteredOn(line -> line.contains("POST /v2/team/fourth/blobs/uploads/?"))
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).contains("mount=").contains(" 201 "));
  }
}
