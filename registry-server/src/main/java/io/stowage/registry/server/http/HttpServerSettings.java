package io.stowage.registry.server.http;

import java.time.Duration;

/**
 * Limits and addresses of an {@link HttpServer}.
 *
 * @param host address to listen on; empty means all, IPv4 and IPv6
 * @param port 0 lets the system choose
 * @param maxRequestLineBytes longer: 414
 * @param maxHeaderBytes all header fields together; more: 431
 * @param headerTimeout from the first byte of a request to the end of its head; longer: close
 * @param idleTimeout how long a connection without a request is kept
 * @param bodyStallTimeout how long a body may make no progress, either way; longer: close
 * @param drainLimitBytes how much of an unread request body is read and dropped to keep a
 *     connection
 * @param errorHeaders fields of every answer that the server gives by itself, without the handler
 */
public record HttpServerSettings(
    String host,
    int port,
    int maxRequestLineBytes,
    int maxHeaderBytes,
    Duration headerTimeout,
    Duration idleTimeout,
    Duration bodyStallTimeout,
    long drainLimitBytes,
    Headers errorHeaders) {

  /** The defaults, on this address. */
  public static HttpServerSettings at(String host, int port) {
    return new HttpServerSettings(
        host,
        port,
        8 * 1024,
        32 * 1024,
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        Duration.ofSeconds(60),
        1024 * 1024,
        Headers.EMPTY);
  }

  /** The same settings with these fields on every answer that the server gives by itself. */
  public HttpServerSettings withErrorHeaders(Headers headers) {
    return new HttpServerSettings(
        host,
        port,
        maxRequestLineBytes,
        maxHeaderBytes,
        headerTimeout,
        idleTimeout,
        bodyStallTimeout,
        drainLimitBytes,
        headers);
  }
}
