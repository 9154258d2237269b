package io.stowage.registry.e2e;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * {@code docker} and the engine at {@code DOCKER_HOST}. The login is kept by the program, while the
 * engine speaks to the registry and looks for certificates in {@code /etc/docker/certs.d}.
 */
final class DockerEngine implements Client {
  private static final List<String> DOCKER = List.of("docker");
  private final Seat seat;
  private final Path certificates;

  DockerEngine(Seat seat) throws IOException {
    this.seat = seat;
    this.certificates = Path.of("/etc/docker/certs.d", seat.host());
    switch (seat.transport()) {
      case Transport.Plain _ -> {}
      case Transport.Tls(Path folder) -> trust(folder);
      case Transport.MutualTls(Path folder) -> trust(folder);
    }
  }

  /**
   * An address of this machine by which the engine wants TLS: that of its own bridge. All of
   * 127.0.0.0/8 would do without, and with TLS it would take any certificate.
   */
  static String strictAddress() throws IOException {
    NetworkInterface bridge = Objects.requireNonNull(NetworkInterface.getByName("docker0"));
    return bridge
        .inetAddresses()
        .filter(Inet4Address.class::isInstance)
        .findFirst()
        .orElseThrow()
        .getHostAddress();
  }

  /**
   * An address of this machine in the one network outside of 127.0.0.0/8 that tools/docker-engine
   * names as {@code insecure-registries}. The caller removes the network {@code name}.
   */
  static String insecureAddress(Workbench bench, String name) {
    String gateway = "198.51.100.1";
    bench.run(
        "docker", "network", "create", "--subnet=198.51.100.0/24", "--gateway=" + gateway, name);
    return gateway;
  }

  private void trust(Path folder) throws IOException {
    Files.createDirectories(certificates);
    try (var files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.copy(file, certificates.resolve(file.getFileName()));
      }
    }
  }

  @Override
  public void close() {
    if (Files.exists(certificates)) {
      Workbench.delete(certificates);
    }
  }

  @Override
  public String name() {
    return "docker";
  }

  @Override
  public Command login(Account account) throws IOException {
    return seat.command(
        account, DOCKER, "login", "-u", account.user(), "--password-stdin", seat.host());
  }

  @Override
  public Command logout() {
    return seat.command(DOCKER, "logout", seat.host());
  }

  @Override
  public Command push(String name) throws IOException {
    seat.command(DOCKER, "import", seat.newLayer().toString(), seat.at(name)).run();
    return seat.command(DOCKER, "push", seat.at(name));
  }

  /** Pushes an image that is here under another name. */
  Command pushAgain(String name, String other) {
    seat.command(DOCKER, "tag", seat.at(name), seat.at(other)).run();
    return seat.command(DOCKER, "push", seat.at(other));
  }

  @Override
  public Command pull(String name) {
    seat.command(DOCKER, "rmi", "--force", seat.at(name)).attempt();
    return seat.command(DOCKER, "pull", seat.at(name));
  }
}
