package io.stowage.registry.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code ctr} with the containerd at {@code CONTAINERD_ADDRESS}. It keeps no login: user and
 * password go with each command. Certificates are named by a {@code hosts.toml}.
 */
final class Containerd implements Client {
  private static final List<String> IMAGES = List.of("ctr", "--namespace=stowage", "images");
  private final Seat seat;
  private @Nullable Account account;

  Containerd(Seat seat) throws IOException {
    this.seat = seat;
    switch (seat.transport()) {
      case Transport.Plain _ -> {}
      case Transport.Tls tls -> writeHosts("ca = \"%s\"\n".formatted(tls.authority()));
      case Transport.MutualTls tls ->
          writeHosts(
              "ca = \"%s\"\nclient = [[\"%s\", \"%s\"]]\n"
                  .formatted(tls.authority(), tls.certificate(), tls.key()));
    }
  }

  private void writeHosts(String certificates) throws IOException {
    Path folder = Files.createDirectories(seat.path("hosts").resolve(seat.host()));
    String server = "https://" + seat.host();
    Files.writeString(
        folder.resolve("hosts.toml"),
        "server = \"%s\"\n[host.\"%s\"]\n%s".formatted(server, server, certificates));
  }

  private Command images(String verb, String... arguments) {
    List<String> words = new ArrayList<>(IMAGES);
    words.add(verb);
    words.add(
        switch (seat.transport()) {
          case Transport.Plain _ -> "--plain-http";
          case Transport.Tls _, Transport.MutualTls _ -> "--hosts-dir=" + seat.path("hosts");
        });
    if (account != null) {
      words.add("--user=" + account.user() + ":" + account.password());
    }
    return seat.command(words, arguments);
  }

  @Override
  public String name() {
    return "containerd";
  }

  @Override
  public Command login(Account account) {
    this.account = account;
    return seat.command(List.of("true"));
  }

  @Override
  public Command logout() {
    account = null;
    return seat.command(List.of("true"));
  }

  @Override
  public Command push(String name) throws IOException {
    Path archive = seat.path("image.tar");
    seat.command(
            List.of("tar"),
            "-cf",
            archive.toString(),
            "-C",
            seat.newImage().folder().toString(),
            ".")
        .run();
    seat.command(IMAGES, "import", "--no-unpack", "--base-name=e2e/imported", archive.toString())
        .run();
    return images("push", seat.at(name), "e2e/imported:" + ImageLayout.TAG);
  }

  @Override
  public Command pull(String name) {
    seat.command(IMAGES, "rm", "--sync", seat.at(name), "e2e/imported:" + ImageLayout.TAG).run();
    return images("pull", seat.at(name));
  }
}
