package io.stowage.registry.e2e;

import java.nio.file.Path;

/**
 * How clients reach a server. The folders are laid out as docker's {@code certs.d/HOST:PORT} is,
 * which podman and skopeo read too: {@code ca.crt}, {@code client.cert}, {@code client.key}.
 */
sealed interface Transport {
  /** HTTP in the clear. */
  record Plain() implements Transport {}

  /** TLS; {@code folder} holds whom to trust. */
  record Tls(Path folder) implements Transport {
    Path authority() {
      return folder.resolve("ca.crt");
    }
  }

  /** TLS with a certificate of the client's own. */
  record MutualTls(Path folder) implements Transport {
    Path authority() {
      return folder.resolve("ca.crt");
    }

    Path certificate() {
      return folder.resolve("client.cert");
    }

    Path key() {
      return folder.resolve("client.key");
    }
  }
}
