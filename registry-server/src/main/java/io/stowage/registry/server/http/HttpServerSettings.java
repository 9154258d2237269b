package io.stowage.registry.server.http;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Limits and addresses of an {@link HttpServer}.
 *
 * @param address where to listen
 * @param maxRequestLineBytes longer: 414
 * @param maxHeaderBytes all header fields together; more: 431
 * @param headerTimeout from the first byte of a request to the end of its head, and for the TLS
 *     handshake; longer: close
 * @param idleTimeout how long a connection without a request is kept
 * @param bodyStallTimeout how long a body may make no progress, either way; longer: close
 * @param drainLimitBytes how much of an unread request body is read and dropped to keep a
 *     connection
 * @param errorHeaders fields of every answer that the server gives by itself, without the handler
 * @param tls null for none: every connection is plain text
 * @param http2 whether HTTP/2 is offered to clients in the TLS handshake
 * @param h2c whether HTTP/2 without TLS is spoken with clients that begin with its preface
 * @param trustedProxies whose word on other connections is taken
 */
public record HttpServerSettings(
    ServerAddress address,
    int maxRequestLineBytes,
    int maxHeaderBytes,
    Duration headerTimeout,
    Duration idleTimeout,
    Duration bodyStallTimeout,
    long drainLimitBytes,
    Headers errorHeaders,
    @Nullable TlsSettings tls,
    boolean http2,
    boolean h2c,
    TrustedProxies trustedProxies) {

  /** The defaults, on this port of the network. */
  public static HttpServerSettings at(String host, int port) {
    return at(new ServerAddress.Tcp(host, port));
  }

  /** The defaults, on this address. */
  public static HttpServerSettings at(ServerAddress address) {
    return new HttpServerSettings(
        address,
        8 * 1024,
        32 * 1024,
        Duration.ofSeconds(10),
        Duration.ofSeconds(60),
        Duration.ofSeconds(60),
        1024 * 1024,
        Headers.EMPTY,
        null,
        true,
        false,
        TrustedProxies.NONE);
  }

  /** The same settings with these fields on every answer that the server gives by itself. */
  public HttpServerSettings withErrorHeaders(Headers headers) {
    return with(headers, tls, http2, h2c, trustedProxies);
  }

  /** The same settings with TLS on every connection. */
  public HttpServerSettings withTls(TlsSettings settings) {
    return with(errorHeaders, settings, http2, h2c, trustedProxies);
  }

  /** The same settings with HTTP/2 offered in TLS handshakes, or not. */
  public HttpServerSettings withHttp2(boolean offered) {
    return with(errorHeaders, tls, offered, h2c, trustedProxies);
  }

  /** The same settings with HTTP/2 spoken without TLS, or not. */
  public HttpServerSettings withH2c(boolean spoken) {
    return with(errorHeaders, tls, http2, spoken, trustedProxies);
  }

  /** The same settings with these proxies trusted. */
  public HttpServerSettings withTrustedProxies(TrustedProxies proxies) {
    return with(errorHeaders, tls, http2, h2c, proxies);
  }

  private HttpServerSettings with(
      Headers newErrorHeaders,
      @Nullable TlsSettings newTls,
      boolean newHttp2,
      boolean newH2c,
      TrustedProxies newTrustedProxies) {
    return new HttpServerSettings(
        address,
        maxRequestLineBytes,
        maxHeaderBytes,
        headerTimeout,
        idleTimeout,
        bodyStallTimeout,
        drainLimitBytes,
        newErrorHeaders,
        newTls,
        newHttp2,
        newH2c,
        newTrustedProxies);
  }
}
