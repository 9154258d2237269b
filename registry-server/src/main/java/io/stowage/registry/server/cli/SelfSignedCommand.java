package io.stowage.registry.server.cli;

import io.stowage.registry.server.tls.SelfSigned;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code registry tls self-signed}: writes a certificate, its key and what clients must trust, and
 * says what to do with them. All three files or, if one is there already, none.
 */
@Command(name = "self-signed", description = "Make a key and a certificate for a first try.")
final class SelfSignedCommand implements Callable<Integer> {
  private static final String PUBLIC = "rw-r--r--";
  private static final String SECRET = "rw-------";
  private static final int PORT = 5000;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--host",
      paramLabel = "NAME|IP",
      description =
          "By what clients call the server; may be repeated. Default: localhost, 127.0.0.1, ::1 and"
              + " the name of this machine.")
  private List<String> hosts = List.of();

  @Option(
      names = "--days",
      defaultValue = "365",
      description = "How long the certificate is valid. Default: ${DEFAULT-VALUE}.")
  private int days;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "Where the files go. Default: the current folder.")
  private Path folder = Path.of(".");

  @Option(names = "--force", description = "Replace files that are there already.")
  private boolean force;

  SelfSignedCommand() {}

  @Override
  public Integer call() throws IOException {
    Path certificate = folder.resolve("registry.crt");
    Path key = folder.resolve("registry.key");
    Path authority = folder.resolve("ca.crt");
    for (Path file : List.of(certificate, key, authority)) {
      if (!force && Files.exists(file)) {
        throw new IOException(file + ": exists already (expected: another --out, or --force)");
      }
    }
    SelfSigned made = SelfSigned.make(hosts, days, Clock.systemUTC().instant());
    Files.createDirectories(folder);
    write(key, made.keyPem(), SECRET);
    write(certificate, made.serverPem(), PUBLIC);
    write(authority, made.authorityPem(), PUBLIC);
    explain(made, certificate.toRealPath(), key.toRealPath(), authority.toRealPath());
    return 0;
  }

  /** By a file beside it, so that a key is never under a name with the rights of an old file. */
  private static void write(Path file, String text, String permissions) throws IOException {
    Path fresh =
        Files.createTempFile(file.toAbsolutePath().getParent(), "." + file.getFileName(), ".tmp");
    try {
      Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(permissions));
      Files.writeString(fresh, text);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private void explain(SelfSigned made, Path certificate, Path key, Path authority) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(
        """
        A certificate for %1$s, valid until %2$s:

          %3$s  for the server: its certificate
          %4$s  for the server only: its key
          %5$s  for clients: what they must trust

        Configuration:

          http:
            tls:
              certificate: %3$s
              key: %4$s

        or variables:

          REGISTRY_HTTP_TLS_CERTIFICATE=%3$s
          REGISTRY_HTTP_TLS_KEY=%4$s

        Clients, without a restart of any of them:

          docker          mkdir -p /etc/docker/certs.d/%6$s
                          cp %5$s /etc/docker/certs.d/%6$s/ca.crt
          podman, skopeo  mkdir -p /etc/containers/certs.d/%6$s
                          cp %5$s /etc/containers/certs.d/%6$s/ca.crt
          crane, oras     export SSL_CERT_FILE=%5$s
          curl            curl --cacert %5$s https://%6$s/v2/

        The folder is named as images are: one for each HOST:PORT by which the registry is called.
        """
            .formatted(
                String.join(", ", made.hosts()),
                LocalDate.ofInstant(made.server().getNotAfter().toInstant(), ZoneOffset.UTC),
                certificate,
                key,
                authority,
                address(made.hosts().getFirst())));
    out.flush();
  }

  private static String address(String host) {
    return (host.contains(":") ? "[" + host + "]" : host.replace("*", "registry")) + ":" + PORT;
  }
}
