package io.stowage.registry.e2e;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code podman} with a store of its own: the machine's is neither read nor changed. */
final class Podman implements Client {
  private final Seat seat;
  private final List<String> podman;

  Podman(Seat seat) {
    this.seat = seat;
    this.podman =
        List.of(
            "podman",
            "--storage-driver=vfs",
            "--cgroup-manager=cgroupfs",
            "--events-backend=none",
            "--root=" + seat.path("storage"),
            "--runroot=" + seat.path("run"));
  }

  /** Podman's program with a verb that talks to the server. */
  private List<String> verb(String verb) {
    List<String> words = new ArrayList<>(podman);
    words.add(verb);
    switch (seat.transport()) {
      case Transport.Plain _ -> words.add("--tls-verify=false");
      case Transport.Tls(Path folder) -> words.add("--cert-dir=" + folder);
      case Transport.MutualTls(Path folder) -> words.add("--cert-dir=" + folder);
    }
    return words;
  }

  @Override
  public String name() {
    return "podman";
  }

  @Override
  public Command login(Account account) throws IOException {
    return seat.command(
        account, verb("login"), "-u", account.user(), "--password-stdin", seat.host());
  }

  @Override
  public Command logout() {
    return seat.command(podman, "logout", seat.host());
  }

  @Override
  public Command push(String name) throws IOException {
    seat.command(podman, "import", "-q", seat.newLayer().toString(), seat.at(name)).run();
    return seat.command(verb("push"), seat.at(name));
  }

  @Override
  public Command pull(String name) {
    seat.command(podman, "rmi", "--force", seat.at(name)).attempt();
    return seat.command(verb("pull"), "-q", seat.at(name));
  }
}
