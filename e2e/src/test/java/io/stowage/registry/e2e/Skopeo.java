package io.stowage.registry.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code skopeo}, which keeps its logins as podman does. */
final class Skopeo implements Client {
  private static final List<String> SKOPEO = List.of("skopeo");
  private final Seat seat;

  Skopeo(Seat seat) {
    this.seat = seat;
  }

  /** The option that says how to reach the server, behind a prefix such as {@code dest-}. */
  private String reach(String prefix) {
    return switch (seat.transport()) {
      case Transport.Plain _ -> "--" + prefix + "tls-verify=false";
      case Transport.Tls(Path folder) -> "--" + prefix + "cert-dir=" + folder;
      case Transport.MutualTls(Path folder) -> "--" + prefix + "cert-dir=" + folder;
    };
  }

  private String remote(String name) {
    return "docker://" + seat.at(name);
  }

  @Override
  public String name() {
    return "skopeo";
  }

  @Override
  public Command login(Account account) throws IOException {
    return seat.command(
        account, SKOPEO, "login", reach(""), "-u", account.user(), "--password-stdin", seat.host());
  }

  @Override
  public Command logout() {
    return seat.command(SKOPEO, "logout", seat.host());
  }

  @Override
  public Command push(String name) throws IOException {
    String local = "oci:" + seat.newImage().folder() + ":" + ImageLayout.TAG;
    return seat.command(SKOPEO, "copy", reach("dest-"), local, remote(name));
  }

  /** Copies from one repository of the server to another. */
  Command copy(String name, String other) {
    return seat.command(SKOPEO, "copy", reach("src-"), reach("dest-"), remote(name), remote(other));
  }

  @Override
  public Command pull(String name) throws IOException {
    String local = "oci:" + Files.createTempDirectory(seat.home(), "pulled") + ":pulled";
    return seat.command(SKOPEO, "copy", reach("src-"), remote(name), local);
  }
}
