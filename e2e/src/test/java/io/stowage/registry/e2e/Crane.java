package io.stowage.registry.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** {@code crane}. It keeps a login without asking the server. */
final class Crane implements Client {
  private static final List<String> CRANE = List.of("crane");
  private final Seat seat;

  Crane(Seat seat) {
    this.seat = seat;
  }

  private Command crane(String... arguments) {
    Command command = seat.command(CRANE, arguments);
    return switch (seat.transport()) {
      case Transport.Plain _ -> command;
      case Transport.Tls tls -> command.with(Map.of("SSL_CERT_FILE", tls.authority().toString()));
      case Transport.MutualTls _ ->
          throw new IllegalArgumentException("crane has no option for a certificate of its own");
    };
  }

  @Override
  public String name() {
    return "crane";
  }

  @Override
  public Command login(Account account) throws IOException {
    return seat.command(
        account, CRANE, "auth", "login", "-u", account.user(), "--password-stdin", seat.host());
  }

  @Override
  public Command logout() {
    return seat.command(CRANE, "auth", "logout", seat.host());
  }

  @Override
  public Command push(String name) throws IOException {
    return crane("push", seat.newImage().folder().toString(), seat.at(name));
  }

  /** Copies from one repository of the server to another. */
  Command copy(String name, String other) {
    return crane("copy", seat.at(name), seat.at(other));
  }

  @Override
  public Command pull(String name) throws IOException {
    Path folder = Files.createTempDirectory(seat.home(), "pulled");
    return crane("pull", "--format=oci", seat.at(name), folder.toString());
  }
}
