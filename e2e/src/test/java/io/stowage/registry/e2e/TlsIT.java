package io.stowage.registry.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** TLS with a certificate that the server made itself, and that clients are told to trust. */
class TlsIT {
  private static final Account ALICE = Account.of("alice");

  @RegisterExtension
  static final Workbench BENCH =
      new Workbench(
          bench ->
              Account.htpasswd(bench, ALICE)
                  + Certificates.http(bench, DockerEngine.strictAddress()));

  static Stream<Named<Client>> clients() throws IOException {
    return Client.all(BENCH, Certificates.of(BENCH).tls());
  }

  @ParameterizedTest
  @MethodSource("clients")
  void login_overTls_mayPushAndPull(Client client) throws IOException {
    String name = "team/" + client.name() + ":1.0.0";
    client.login(ALICE).run();
    client.push(name).run();
    client.pull(name).run();
  }

  @Test
  void login_ofEngineWithoutTheAuthority_isRefused() throws IOException {
    try (Client docker = new DockerEngine(Seat.at(BENCH, new Transport.Plain()))) {
      assertThat(docker.login(ALICE).refuse().errors()).containsPattern(Refusals.UNTRUSTED);
    }
  }
}
