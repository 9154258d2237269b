package io.stowage.registry.config;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The front door: the sections http and stowage.http.
 *
 * @param prefix what stands before every path; begins and ends with {@code /}
 * @param locations how the URLs in responses look
 * @param drainTimeout how long requests in flight may go on after a stop was asked for; zero stops
 *     at once
 * @param headers added to responses; names compare without case
 * @param limits what one client may take
 * @param tls null for none: everything goes in the clear
 * @param http2 whether HTTP/2 is spoken over TLS
 * @param h2c whether HTTP/2 is spoken in the clear
 * @param trustedProxies whose word on the client is taken: addresses, blocks such as {@code
 *     10.0.0.0/8}, {@code private} for the private blocks and loopback, or {@code unix} for whoever
 *     comes through a socket of the file system
 * @param cors which web pages may talk to the registry; none of its headers is in {@code headers}
 * @param debug the listener for operators; null for none
 */
public record HttpSettings(
    ListenAddress address,
    String prefix,
    Locations locations,
    Duration drainTimeout,
    Map<String, List<String>> headers,
    HttpLimits limits,
    @Nullable TlsSettings tls,
    boolean http2,
    boolean h2c,
    List<String> trustedProxies,
    CorsSettings cors,
    @Nullable DebugSettings debug) {
  public HttpSettings {
    Map<String, List<String>> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.forEach((name, values) -> copy.put(name, List.copyOf(values)));
    headers = Collections.unmodifiableMap(copy);
    trustedProxies = List.copyOf(trustedProxies);
  }
}
