package io.stowage.registry.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What a server and its clients need to know one another: the server's certificate, made by the
 * command that comes with it, and one of a client, made by {@code openssl}.
 *
 * @param folder holds the files, once they are made
 */
record Certificates(Path folder) {
  static Certificates of(Workbench bench) {
    return new Certificates(bench.path("certificates"));
  }

  /**
   * Makes all of them and returns the section {@code http} of a server at {@code address} that
   * shows its certificate.
   */
  static String http(Workbench bench, String address) throws IOException {
    Certificates certificates = of(bench);
    certificates.make(bench, address);
    return """
        http:
          addr: %s:0
          tls:
            certificate: %s
            key: %s
        """
        .formatted(
            address,
            certificates.file("server/registry.crt"),
            certificates.file("server/registry.key"));
  }

  /** The same, for a server that wants to see a certificate of its clients. */
  static String httpForKnownClients(Workbench bench, String address) throws IOException {
    return http(bench, address) + "    clientcas: [%s]\n".formatted(of(bench).file("clients.crt"));
  }

  /** How clients come that trust the server. */
  Transport.Tls tls() {
    return new Transport.Tls(file("trust"));
  }

  /** How clients come that have a certificate to show as well. */
  Transport.MutualTls mutualTls() {
    return new Transport.MutualTls(file("show"));
  }

  private Path file(String name) {
    return folder.resolve(name);
  }

  private void make(Workbench bench, String address) throws IOException {
    String server = file("server").toString();
    bench.server(Command.NO_INPUT, "tls", "self-signed", "--host", address, "--out", server).run();
    for (String name : new String[] {"trust/ca.crt", "show/ca.crt"}) {
      Files.createDirectories(Objects.requireNonNull(file(name).getParent()));
      Files.copy(file("server/registry.crt"), file(name));
    }
    selfSigned(bench, "clients", file("clients.key"), file("clients.crt"));
    selfSigned(
        bench,
        "alice",
        file("show/client.key"),
        file("show/client.cert"),
        "-CA",
        file("clients.crt").toString(),
        "-CAkey",
        file("clients.key").toString(),
        "-addext",
        "extendedKeyUsage=clientAuth");
  }

  /** A certificate that its own key signs, unless {@code more} says otherwise. */
  private static void selfSigned(
      Workbench bench, String name, Path key, Path certificate, String... more) {
    List<String> words = new ArrayList<>(List.of("openssl", "req", "-x509", "-nodes"));
    words.addAll(List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"));
    words.addAll(List.of("-days", "2", "-subj", "/CN=" + name));
    words.addAll(List.of("-keyout", key.toString(), "-out", certificate.toString()));
    bench.run(words, more);
  }
}
