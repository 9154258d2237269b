package io.stowage.registry.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A password file and nothing else, as registry:2 has it: who has logged in may do everything. */
class HtpasswdIT {
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
                  """);

  static Stream<Named<Client>> clients() throws IOException {
    return Client.all(BENCH, new Transport.Plain());
  }

  @ParameterizedTest
  @MethodSource("clients")
  void login_withPassword_mayPushAndPullUntilLogout(Client client) throws IOException {
    String name = "team/" + client.name() + ":1.0.0";
    client.login(ALICE).run();
    client.push(name).run();
    client.pull(name).run();
    client.logout().run();
    assertThat(client.pull(name).refuse().errors()).containsPattern(Refusals.UNAUTHORIZED);
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
  void push_withoutLogin_isRefused(Client client) throws IOException {
    assertThat(client.push("team/" + client.name() + "-nobody:1.0.0").refuse().errors())
        .containsPattern(Refusals.UNAUTHORIZED);
  }
}
