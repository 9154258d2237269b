package io.stowage.registry.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One part for everybody and one for who has logged in. Docker sends a password only to who asks
 * for it, and then needs one: only a token service serves it both ways.
 */
class MixedAccessIT {
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
                    access:
                      rules:
                        - {subject: anonymous, repositories: public/**, actions: pull}
                        - {subject: user:alice, repositories: '**', actions: [pull, push, tag-overwrite]}
                  """);

  static Stream<Named<Client>> clients() throws IOException {
    return Client.all(BENCH, new Transport.Plain());
  }

  @ParameterizedTest
  @MethodSource("clients")
  void pull_withAndWithoutLogin_reachesWhatItMay(Client client) throws IOException {
    String open = "public/" + client.name() + ":1.0.0";
    String closed = "private/" + client.name() + ":1.0.0";
    client.login(ALICE).run();
    client.push(open).run();
    client.push(closed).run();
    client.logout().run();

    client.pull(open).run();
    assertThat(client.pull(closed).refuse().errors()).containsPattern(Refusals.DENIED);

    client.login(ALICE).run();
    client.pull(open).run();
    client.pull(closed).run();

    client.logout().run();
    client.pull(open).run();
    assertThat(client.pull(closed).refuse().errors()).containsPattern(Refusals.DENIED);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void push_toThePublicPartWithoutLogin_isRefused(Client client) throws IOException {
    assertThat(client.push("public/" + client.name() + "-nobody:1.0.0").refuse().errors())
        .containsPattern(Refusals.DENIED);
  }
}
