package io.stowage.registry.server.http;

import java.net.InetAddress;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One request, its head complete and its body still on the way.
 *
 * @param id unique; in the {@code X-Request-Id} of the response and in every log line about it
 * @param method as sent, for example {@code GET}
 * @param path the raw path of the target: percent-encoded, never cleaned, starts with {@code /}
 * @param query the raw query of the target without its {@code ?}, empty if there is none
 * @param version {@code HTTP/2.0}, {@code HTTP/1.1} or {@code HTTP/1.0}
 * @param peer the address at the other end of the connection
 * @param secure whether the connection is one of TLS
 * @param clientCertificate with which the client proved who it is; null if it had none, or if the
 *     settings don't verify it
 * @param origin where it comes from and how its client calls the server, as far as is believed
 * @param particulars what comes out about it while it is handled
 * @param contentLength the announced length of the body, empty if it is chunked; 0 without a body
 */
public record Request(
    String id,
    String method,
    String path,
    String query,
    String version,
    Headers headers,
    SocketAddress peer,
    boolean secure,
    @Nullable X509Certificate clientCertificate,
    Origin origin,
    Particulars particulars,
    OptionalLong contentLength,
    RequestBody body) {

  /**
   * The address of the client: the peer's, or what a trusted proxy says. Null if there is none, as
   * with a socket of the file system.
   */
  public @Nullable InetAddress client() {
    return origin.client();
  }

  /** The target as it stood in the request line. */
  public String target() {
    return query.isEmpty() ? path : path + "?" + query;
  }
}
