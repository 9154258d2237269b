package io.stowage.registry.config;

/**
 * How much one request, or one client, may ask for ({@code stowage.http}, {@code stowage.uploads}).
 *
 * @param maxBodyBytes the longest body of a request that carries neither a blob nor a manifest; 1
 *     KiB to 16 MiB
 * @param maxRanges how many ranges of a blob one request gets; at least 1
 * @param maxUploadsPerIdentity how many uploads one identity may have open; 0 for any number
 */
public record RequestSettings(int maxBodyBytes, int maxRanges, int maxUploadsPerIdentity) {}
