package io.stowage.registry.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** {@code helm} with charts. */
final class Helm implements Client {
  private final Seat seat;

  Helm(Seat seat) {
    this.seat = seat;
  }

  private List<String> verb(String... verb) {
    List<String> words = new ArrayList<>(List.of("helm"));
    words.addAll(List.of(verb));
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
    return "helm";
  }

  @Override
  public Command login(Account account) throws IOException {
    return seat.command(
        account, verb("registry", "login"), "-u", account.user(), "--password-stdin", seat.host());
  }

  @Override
  public Command logout() {
    return seat.command(List.of("helm", "registry", "logout"), seat.host());
  }

  @Override
  public Command push(String name) throws IOException {
    int slash = name.lastIndexOf('/');
    Path chart = newChart(name.substring(slash + 1));
    return seat.command(
        verb("push"), chart.toString(), "oci://" + seat.at(name.substring(0, slash)));
  }

  @Override
  public Command pull(String name) throws IOException {
    int colon = name.lastIndexOf(':');
    return seat.command(
        verb("pull"),
        "oci://" + seat.at(name.substring(0, colon)),
        "--version=" + name.substring(colon + 1),
        "-d",
        Files.createTempDirectory(seat.home(), "pulled").toString());
  }

  /** Packages a chart that was never before, of the given {@code NAME:VERSION}. */
  private Path newChart(String name) throws IOException {
    List<String> parts = List.of(name.split(":", 2));
    Path folder = Files.createTempDirectory(seat.home(), "chart");
    Path source = Files.createDirectory(folder.resolve("source"));
    Files.writeString(
        source.resolve("Chart.yaml"),
        "apiVersion: v2\nname: %s\nversion: %s\ndescription: %s\n"
            .formatted(parts.getFirst(), parts.getLast(), UUID.randomUUID()));
    seat.command(List.of("helm", "package", source.toString()), "-d", folder.toString()).run();
    return folder.resolve(parts.getFirst() + "-" + parts.getLast() + ".tgz");
  }
}
