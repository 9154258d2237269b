package io.stowage.registry.config;

/**
 * How much one request may ask for ({@code stowage.http}).
 *
 * @param maxBodyBytes the longest body of a request that carries neither a blob nor a manifest; 1
 *     KiB to 16 MiB
 * @param maxRanges how many ranges of a blob one request gets; at least 1
 */
public record RequestSettings(int maxBodyBytes, int maxRanges) {}
