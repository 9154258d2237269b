package io.stowage.registry.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A server without TLS at an address for which the engine must be told {@code insecure-registries}.
 */
class InsecureRegistryIT {
  private static final String NETWORK = "stowage-insecure";
  private static final Account ALICE = Account.of("alice");

  @RegisterExtension
  static final Workbench BENCH =
      new Workbench(
          bench ->
              Account.htpasswd(bench, ALICE)
                  + "http:\n  addr: %s:0\n"
                      .formatted(DockerEngine.insecureAddress(bench, NETWORK)));

  @AfterAll
  static void removeNetwork() {
    BENCH.run("docker", "network", "rm", NETWORK);
  }

  @Test
  void login_atInsecureRegistry_mayPushAndPullUntilLogout() throws IOException {
    try (Client docker = new DockerEngine(Seat.at(BENCH, new Transport.Plain()))) {
      docker.login(ALICE).run();
      docker.push("team/app:1.0.0").run();
      docker.pull("team/app:1.0.0").run();
      docker.logout().run();
      assertThat(docker.pull("team/app:1.0.0").refuse().errors())
          .containsPattern(Refusals.UNAUTHORIZED);
    }
  }
}
