package io.stowage.registry.config;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The front door ({@code http} and {@code stowage.http}).
 *
 * @param prefix what stands before every path; begins and ends with {@code /}
 * @param locations how the URLs in responses look
 * @param drainTimeout how long requests in flight may go on after a stop was asked for; zero stops
 *     at once
 * @param headers added to responses; names compare without case
 * @param maxRequestLineBytes longest request line
 * @param maxHeaderBytes all header fields of a request together
 * @param headerTimeout from the first byte of a request to the end of its head
 * @param idleTimeout how long a connection without a request is kept
 * @param bodyStallTimeout how long a body may make no progress, either way
 */
public record HttpSettings(
    ListenAddress address,
    String prefix,
    Locations locations,
    Duration drainTimeout,
    Map<String, List<String>> headers,
    int maxRequestLineBytes,
    int maxHeaderBytes,
    Duration headerTimeout,
    Duration idleTimeout,
    Duration bodyStallTimeout) {
  public HttpSettings {
    Map<String, List<String>> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.forEach((name, values) -> copy.put(name, List.copyOf(values)));
    headers = Collections.unmodifiableMap(copy);
  }
}
