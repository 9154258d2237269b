package io.stowage.registry.config;

import java.time.Duration;

/**
 * What one client may take of the front door: the limits of the section stowage.http.
 *
 * @param maxRequestLineBytes longest request line
 * @param maxHeaderBytes all header fields of a request together
 * @param maxHeaderFields how many header fields a request may have
 * @param headerTimeout from the first byte of a request to the end of its head
 * @param idleTimeout how long a connection without a request is kept
 * @param bodyStallTimeout how long a body may make no progress, either way
 * @param minBodyRate bytes per second that a body must make on average, either way; 0 for none
 * @param maxDrainBytes how much of a request that was answered early is read to keep a connection
 * @param maxConnections how many connections there may be at a time
 * @param maxConnectionsPerAddress how many of one address; 0 for any number
 */
public record HttpLimits(
    int maxRequestLineBytes,
    int maxHeaderBytes,
    int maxHeaderFields,
    Duration headerTimeout,
    Duration idleTimeout,
    Duration bodyStallTimeout,
    long minBodyRate,
    long maxDrainBytes,
    int maxConnections,
    int maxConnectionsPerAddress) {}
