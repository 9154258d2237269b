package io.stowage.registry.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** {@code regctl}, which keeps certificates in its own settings, next to the login. */
final class Regctl implements Client {
  private static final List<String> REGCTL = List.of("regctl");
  private final Seat seat;

  Regctl(Seat seat) throws IOException {
    this.seat = seat;
    Stream<String> settings =
        switch (seat.transport()) {
          case Transport.Plain _ -> Stream.of("--tls=disabled");
          case Transport.Tls tls -> Stream.of("--cacert=" + Files.readString(tls.authority()));
          case Transport.MutualTls tls ->
              Stream.of(
                  "--cacert=" + Files.readString(tls.authority()),
                  "--client-cert=" + Files.readString(tls.certificate()),
                  "--client-key=" + Files.readString(tls.key()));
        };
    String[] arguments =
        Stream.concat(Stream.of("registry", "set", "--skip-check", seat.host()), settings)
            .toArray(String[]::new);
    seat.command(REGCTL, arguments).run();
  }

  private static String local(Path folder) {
    return "ocidir://" + folder + ":" + ImageLayout.TAG;
  }

  @Override
  public String name() {
    return "regctl";
  }

  @Override
  public Command login(Account account) throws IOException {
    return seat.command(
        account, REGCTL, "registry", "login", "-u", account.user(), "--pass-stdin", seat.host());
  }

  @Override
  public Command logout() {
    return seat.command(REGCTL, "registry", "logout", seat.host());
  }

  @Override
  public Command push(String name) throws IOException {
    return seat.command(REGCTL, "image", "copy", local(seat.newImage().folder()), seat.at(name));
  }

  @Override
  public Command pull(String name) throws IOException {
    Path folder = Files.createTempDirectory(seat.home(), "pulled");
    return seat.command(REGCTL, "image", "copy", seat.at(name), local(folder));
  }
}
