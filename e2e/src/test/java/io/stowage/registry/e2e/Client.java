package io.stowage.registry.e2e;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;

/**
 * A client program as its user calls it, with a home of its own: what one has logged in to, no
 * other knows. Each method prepares what is needed on this side and gives the one command that
 * talks to the server, for the test to run or to see refused.
 *
 * <p>Names are {@code namespace/NAME:VERSION}, because a chart's repository ends with its name and
 * its tag is its version.
 */
interface Client extends AutoCloseable {
  /** What the program is called. */
  String name();

  /** Logs in. Not every client asks the server now: a wrong password may pass here. */
  Command login(Account account) throws IOException;

  Command logout() throws IOException;

  /** Pushes something that no server has seen: no two calls push the same content. */
  Command push(String name) throws IOException;

  /** Pulls what is no longer here, so that all of it comes from the server. */
  Command pull(String name) throws IOException;

  /** Removes what the client needed outside of its home. JUnit calls this for its arguments. */
  @Override
  default void close() throws IOException {}

  /** Logs in and pushes, one of which must be refused, and returns what the program said to it. */
  default String refusedLogin(Account account, String name) throws IOException {
    Command.Result login = login(account).attempt();
    return login.exitCode() == 0 ? push(name).refuse().errors() : login.errors();
  }

  /** One of each kind. */
  static Stream<Named<Client>> all(Workbench bench, Transport transport) throws IOException {
    return Stream.concat(
        Stream.of(Named.of("crane", new Crane(Seat.at(bench, transport)))),
        withCertificates(bench, transport));
  }

  /** Those that can show a certificate: all but crane, which has no option for it. */
  static Stream<Named<Client>> withCertificates(Workbench bench, Transport transport)
      throws IOException {
    List<Client> clients =
        List.of(
            new DockerEngine(Seat.at(bench, transport)),
            new Podman(Seat.at(bench, transport)),
            new Skopeo(Seat.at(bench, transport)),
            new Oras(Seat.at(bench, transport)),
            new Helm(Seat.at(bench, transport)),
            new Regctl(Seat.at(bench, transport)),
            new Containerd(Seat.at(bench, transport)));
    return clients.stream().map(client -> Named.of(client.name(), client));
  }
}
