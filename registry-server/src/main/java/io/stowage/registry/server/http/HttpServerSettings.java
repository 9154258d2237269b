package io.stowage.registry.server.http;

import org.jspecify.annotations.Nullable;

/**
 * Where and how an {@link HttpServer} serves.
 *
 * @param address where to listen
 * @param limits what one client may take
 * @param configured whether limits and proxies are those of the configuration, whose keys the log
 *     then names
 * @param errorHeaders fields of every answer that the server gives by itself, without the handler
 * @param tls null for none: every connection is plain text
 * @param http2 whether HTTP/2 is offered to clients in the TLS handshake
 * @param h2c whether HTTP/2 without TLS is spoken with clients that begin with its preface
 * @param trustedProxies whose word on other connections is taken
 */
public record HttpServerSettings(
    ServerAddress address,
    Limits limits,
    boolean configured,
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
        address, Limits.DEFAULTS, true, Headers.EMPTY, null, true, false, TrustedProxies.NONE);
  }

  /** The same settings with these limits. */
  public HttpServerSettings withLimits(Limits others) {
    return with(others, configured, errorHeaders, tls, http2, h2c, trustedProxies);
  }

  /** The same settings with these limits, which no key of the configuration changes. */
  public HttpServerSettings withFixedLimits(Limits others) {
    return with(others, false, errorHeaders, tls, http2, h2c, trustedProxies);
  }

  /** The same settings with these fields on every answer that the server gives by itself. */
  public HttpServerSettings withErrorHeaders(Headers headers) {
    return with(limits, configured, headers, tls, http2, h2c, trustedProxies);
  }

  /** The same settings with TLS on every connection. */
  public HttpServerSettings withTls(TlsSettings settings) {
    return with(limits, configured, errorHeaders, settings, http2, h2c, trustedProxies);
  }

  /** The same settings with HTTP/2 offered in TLS handshakes, or not. */
  public HttpServerSettings withHttp2(boolean offered) {
    return with(limits, configured, errorHeaders, tls, offered, h2c, trustedProxies);
  }

  /** The same settings with HTTP/2 spoken without TLS, or not. */
  public HttpServerSettings withH2c(boolean spoken) {
    return with(limits, configured, errorHeaders, tls, http2, spoken, trustedProxies);
  }

  /** The same settings with these proxies trusted. */
  public HttpServerSettings withTrustedProxies(TrustedProxies proxies) {
    return with(limits, configured, errorHeaders, tls, http2, h2c, proxies);
  }

  private HttpServerSettings with(
      Limits newLimits,
      boolean newConfigured,
      Headers newErrorHeaders,
      @Nullable TlsSettings newTls,
      boolean newHttp2,
      boolean newH2c,
      TrustedProxies newTrustedProxies) {
    return new HttpServerSettings(
        address,
        newLimits,
        newConfigured,
        newErrorHeaders,
        newTls,
        newHttp2,
        newH2c,
        newTrustedProxies);
  }
}
