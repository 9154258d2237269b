package io.stowage.registry.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Where one client sits: a home of its own in front of a server.
 *
 * @param home the client's home, empty at first
 */
record Seat(Workbench bench, Transport transport, Path home) {
  static Seat at(Workbench bench, Transport transport) throws IOException {
    return new Seat(bench, transport, bench.newHome());
  }

  String host() {
    return bench.registry().host();
  }

  /** The name of a repository or image at the server. */
  String at(String name) {
    return bench.at(name);
  }

  Path path(String name) {
    return home.resolve(name);
  }

  Command command(List<String> program, String... arguments) {
    return bench.command(home, Command.NO_INPUT, program, arguments);
  }

  /** A command that reads the account's password from its standard input. */
  Command command(Account account, List<String> program, String... arguments) throws IOException {
    return bench.command(home, bench.input(account.password()), program, arguments);
  }

  /** A small image that was never before. */
  ImageLayout newImage() throws IOException {
    Path folder = Files.createTempDirectory(home, "image");
    return ImageLayout.image(folder, ThreadLocalRandom.current().nextLong(), 1_000, 40_000);
  }

  /** The archive of one layer that was never before. */
  Path newLayer() throws IOException {
    byte[] content = new byte[40_000];
    ThreadLocalRandom.current().nextBytes(content);
    return Files.write(
        Files.createTempFile(home, "layer", ".tar"), ImageLayout.tar("data", content));
  }
}
