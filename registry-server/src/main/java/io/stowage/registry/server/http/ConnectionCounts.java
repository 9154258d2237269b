package io.stowage.registry.server.http;

/**
 * The connections of a server at one moment, whatever is or is not yet spoken on them.
 *
 * @param open how many there are
 * @param most how many there may be
 * @param refused how many were closed at once since the start, because there were that many
 * @param refusedOfAddress how many because their address had as many as it may have
 * @param failures how often the system could not give one
 */
public record ConnectionCounts(
    int open, int most, long refused, long refusedOfAddress, long failures) {}
