package io.stowage.registry.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A server that lets nobody in without a certificate of one authority. Crane isn't here: it has no
 * option for a certificate of its own.
 */
class MutualTlsIT {
  private static final Account ALICE = Account.of("alice");

  @RegisterExtension
  static final Workbench BENCH =
      new Workbench(
          bench ->
              Account.htpasswd(bench, ALICE)
                  + Certificates.httpForKnownClients(bench, DockerEngine.strictAddress()));

  static Stream<Named<Client>> clientsWithCertificates() throws IOException {
    return Client.withCertificates(BENCH, Certificates.of(BENCH).mutualTls());
  }

  static Stream<Named<Client>> clientsWithout() throws IOException {
    return Client.all(BENCH, Certificates.of(BENCH).tls());
  }

  @ParameterizedTest
  @MethodSource("clientsWithCertificates")
  void login_withCertificate_mayPushAndPull(Client client) throws IOException {
    String name = "team/" + client.name() + ":1.0.0";
    client.login(ALICE).run();
    client.push(name).run();
    client.pull(name).run();
  }

  @ParameterizedTest
  @MethodSource("clientsWithout")
  void login_withoutCertificate_isRefused(Client client) throws IOException {
    assertThat(client.refusedLogin(ALICE, "team/" + client.name() + "-none:1.0.0"))
        .containsPattern(Refusals.NO_HANDSHAKE);
  }
}
