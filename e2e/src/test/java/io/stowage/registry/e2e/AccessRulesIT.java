package io.stowage.registry.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rules on top of a password file, and clients that keep to plain passwords. */
class AccessRulesIT {
  private static final Account READER = Account.of("reader");
  private static final Account BUILDER = Account.of("builder");
  private static final Account ALICE = Account.of("alice");

  @RegisterExtension
  static final Workbench BENCH =
      new Workbench(
          bench ->
              Account.htpasswd(bench, READER, BUILDER, ALICE)
                  + """
                  http:
                    addr: 127.0.0.1:0
                  stowage:
                    tokens:
                      enabled: false
                    access:
                      groups:
                        ci: [builder]
                      rules:
                        - subject: user:reader
                          repositories: apps/**
                          actions: pull
                        - subject: group:ci
                          repositories: apps/**
                          actions: [pull, push]
                        - subject: authenticated
                          repositories: ${user}/**
                          actions: [pull, push, tag-overwrite, delete]
                  """);

  static Stream<Named<Client>> clients() throws IOException {
    return Client.all(BENCH, new Transport.Plain());
  }

  @ParameterizedTest
  @MethodSource("clients")
  void reader_ofWhatOthersPushed_mayPullAndNotPush(Client client) throws IOException {
    String name = "apps/" + client.name() + "-read";
    client.login(BUILDER).run();
    client.push(name + ":1.0.0").run();
    client.login(READER).run();
    client.pull(name + ":1.0.0").run();
    assertThat(client.push(name + ":2.0.0").refuse().errors()).containsPattern(Refusals.DENIED);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void az2_builder_mayPushNewTagsAndNotOverwriteOne(Client client) throws IOException {
    String name = "apps/" + client.name() + "-built";
    client.login(BUILDER).run();
    client.push(name + ":1.0.0").run();
    assertThat(client.push(name + ":1.0.0").refuse().errors()).containsPattern(Refusals.DENIED);
    client.push(name + ":2.0.0").run();
  }

  @ParameterizedTest
  @MethodSource("clients")
  void user_inOwnNamespace_mayPushAndOverwriteAndNobodyElseMay(Client client) throws IOException {
    String name = "alice/" + client.name() + ":1.0.0";
    client.login(ALICE).run();
    client.push(name).run();
    client.push(name).run();
    client.pull(name).run();
    client.login(BUILDER).run();
    assertThat(client.pull(name).refuse().errors()).containsPattern(Refusals.DENIED);
    assertThat(client.push(name).refuse().errors()).containsPattern(Refusals.DENIED);
  }
}
