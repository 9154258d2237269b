package io.stowage.registry.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code oras}, which takes {@code localhost} for plain HTTP unless it is told otherwise. */
final class Oras implements Client {
  private final Seat seat;

  Oras(Seat seat) {
    this.seat = seat;
  }

  private List<String> verb(String verb) {
    List<String> words = new ArrayList<>(List.of("oras", verb));
    switch (seat.transport()) {
      case Transport.Plain _ -> words.add("--plain-http");
      case Transport.Tls tls -> words.add("--ca-file=" + tls.authority());
      case Transport.MutualTls tls -> {
        words.add("--ca-file=" + tls.authority());
        words.add("--cert-file=" + tls.certificate());
        words.add("--key-file=" + tls.key());
      }
    }
    return words;
  }

  @Override
  public String name() {
    return "oras";
  }

  @Override
  public Command login(Account account) throws IOException {
    return seat.command(
        account, verb("login"), "-u", account.user(), "--password-stdin", seat.host());
  }

  @Override
  public Command logout() {
    return seat.command(List.of("oras", "logout"), seat.host());
  }

  @Override
  public Command push(String name) throws IOException {
    // By its name alone: oras refuses a path from the root, and would keep it in the artifact.
    return seat.command(verb("push"), seat.at(name), seat.newLayer().getFileName().toString());
  }

  @Override
  public Command pull(String name) throws IOException {
    Path folder = Files.createTempDirectory(seat.home(), "pulled");
    return seat.command(verb("pull"), "-o", folder.toString(), seat.at(name));
  }
}
