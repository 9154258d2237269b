package io.stowage.registry.server.http;

import java.time.Duration;

/**
 * What one client may take of an {@link HttpServer}: how much, for how long, and how many of them.
 * {@link #DEFAULTS} are those of the configuration. Immutable.
 *
 * @param maxRequestLineBytes longer: 414 (RFC 9112, section 3, recommends 8000 at least)
 * @param maxHeaderBytes all header fields together; more: 431
 * @param maxHeaderFields how many header fields; more: 431
 * @param headerTimeout from the first byte of a request to the end of its head, and for the TLS
 *     handshake; longer: 408 where HTTP is spoken, and close
 * @param idleTimeout how long a connection without a request is kept
 * @param bodyStallTimeout how long a body may make no progress, either way; longer: 408 for a
 *     request, and close
 * @param minBodyRate bytes per second that a body must make on average, either way, as {@link
 *     Patience} counts; 0 for none
 * @param maxDrainBytes how much of an unread request body is read and dropped to keep a connection
 * @param maxConnections how many there may be at a time; others are closed at once
 * @param maxConnectionsPerAddress how many of one address, of IPv6 of one network of 64 bits; 0 for
 *     as many as there may be at all. Those of trusted proxies are not counted.
 */
public record Limits(
    int maxRequestLineBytes,
    int maxHeaderBytes,
    int maxHeaderFields,
    Duration headerTimeout,
    Duration idleTimeout,
    Duration bodyStallTimeout,
    long minBodyRate,
    long maxDrainBytes,
    int maxConnections,
    int maxConnectionsPerAddress) {
  private static final int KIB = 1024;

  /** What is in force where nobody says otherwise. */
  public static final Limits DEFAULTS =
      new Limits(
          8 * KIB,
          32 * KIB,
          100,
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          KIB,
          KIB * KIB,
          10_000,
          0);

  public Limits {
    requirePositive("maxRequestLineBytes", maxRequestLineBytes);
    requirePositive("maxHeaderBytes", maxHeaderBytes);
    requirePositive("maxHeaderFields", maxHeaderFields);
    requirePositive("headerTimeout", headerTimeout.toNanos());
    requirePositive("idleTimeout", idleTimeout.toNanos());
    requirePositive("bodyStallTimeout", bodyStallTimeout.toNanos());
    requireNotNegative("minBodyRate", minBodyRate);
    requireNotNegative("maxDrainBytes", maxDrainBytes);
    requirePositive("maxConnections", maxConnections);
    requireNotNegative("maxConnectionsPerAddress", maxConnectionsPerAddress);
  }

  /** The same limits with another number of connections. */
  public Limits withMaxConnections(int most) {
    return new Limits(
        maxRequestLineBytes,
        maxHeaderBytes,
        maxHeaderFields,
        headerTimeout,
        idleTimeout,
        bodyStallTimeout,
        minBodyRate,
        maxDrainBytes,
        most,
        maxConnectionsPerAddress);
  }

  private static void requirePositive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: more than 0)");
    }
  }

  private static void requireNotNegative(String name, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: 0 or more)");
    }
  }
}
