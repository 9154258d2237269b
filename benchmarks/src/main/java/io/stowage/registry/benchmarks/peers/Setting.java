package io.stowage.registry.benchmarks.peers;

import java.nio.file.Path;
import java.util.Optional;

/**
 * How a server is configured beside its folder and its port; the same for all that take the
 * configuration of distribution.
 *
 * @param quiet no access log, and no other line for a request. Otherwise each server's own default
 * @param passwords a password file that everybody has to pass
 * @param certificate a PEM file with certificate and key; without one, plain HTTP
 */
record Setting(boolean quiet, Optional<Path> passwords, Optional<Path> certificate) {
  static final Setting QUIET = new Setting(true, Optional.empty(), Optional.empty());
  static final Setting LOGGING = new Setting(false, Optional.empty(), Optional.empty());

  Setting withPasswords(Path file) {
    return new Setting(quiet, Optional.of(file), certificate);
  }

  Setting withCertificate(Path file) {
    return new Setting(quiet, passwords, Optional.of(file));
  }

  /** The configuration file of a registry. */
  String registry(Path data, int port) {
    StringBuilder text = new StringBuilder("version: 0.1\n");
    if (quiet) {
      text.append("log: {level: error, accesslog: {disabled: true}}\n");
    }
    text.append("storage:\n  filesystem: {rootdirectory: %s, maxthreads: 1000}\n".formatted(data))
        .append("  delete: {enabled: true}\n  cache: {blobdescriptor: inmemory}\n")
        .append("http:\n  addr: 127.0.0.1:%d\n".formatted(port));
    certificate.ifPresent(
        pem -> text.append("  tls: {certificate: %s, key: %s}\n".formatted(pem, pem)));
    passwords.ifPresent(
        file -> text.append("auth: {htpasswd: {realm: bench, path: %s}}\n".formatted(file)));
    return text.toString();
  }

  /** The configuration file of nginx, which serves {@code data} as it is. */
  String nginx(Path data, int port) {
    String tls =
        certificate
            .map(pem -> "ssl_certificate %s; ssl_certificate_key %s;".formatted(pem, pem))
            .orElse("");
    return """
        daemon off;
        pid %1$s.pid;
        error_log stderr;
        worker_processes auto;
        events { worker_connections 4096; }
        http {
          access_log off;
          sendfile on;
          tcp_nopush on;
          keepalive_requests 1000000000;
          open_file_cache max=1000 inactive=600s;
          default_type application/octet-stream;
          client_body_temp_path %1$s.body;
          server { listen 127.0.0.1:%2$d%3$s; root %1$s; %4$s }
        }
        """
        .formatted(data, port, certificate.isPresent() ? " ssl" : "", tls);
  }
}
