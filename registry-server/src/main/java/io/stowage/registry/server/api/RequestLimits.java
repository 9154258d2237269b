package io.stowage.registry.server.api;

/**
 * How much one request, or one client, may ask of the endpoints.
 *
 * @param maxBodyBytes the longest body of a request that carries neither a blob nor a manifest
 * @param maxRanges how many ranges of a blob one request gets; who asks for more gets the whole
 * @param maxUploadsPerIdentity how many uploads one identity may have open; 0 for any number
 */
public record RequestLimits(int maxBodyBytes, int maxRanges, int maxUploadsPerIdentity) {
  /** 64 KiB: several times the longest form of a login or wish for a token. */
  public static final int DEFAULT_BODY_BYTES = 64 * 1024;

  /** Lazy pullers ask for a few at once. Each is sent with a head of about 150 bytes. */
  public static final int DEFAULT_RANGES = 16;

  /** A hundred clients of one user, each with ten layers on the way. */
  public static final int DEFAULT_UPLOADS_PER_IDENTITY = 1000;

  /** Everything at its default. */
  public static final RequestLimits DEFAULT =
      new RequestLimits(DEFAULT_BODY_BYTES, DEFAULT_RANGES, DEFAULT_UPLOADS_PER_IDENTITY);

  public RequestLimits {
    requireAtLeast("maxBodyBytes", maxBodyBytes, 1);
    requireAtLeast("maxRanges", maxRanges, 1);
    requireAtLeast("maxUploadsPerIdentity", maxUploadsPerIdentity, 0);
  }

  private static void requireAtLeast(String name, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(
          name + ": " + value + " (expected: " + least + " or more)");
    }
  }
}
