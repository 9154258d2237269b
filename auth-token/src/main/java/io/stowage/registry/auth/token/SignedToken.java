package io.stowage.registry.auth.token;

import com.nimbusds.jose.util.Base64URL;
import io.stowage.registry.access.TokenRejectedException;
import java.nio.charset.StandardCharsets;

/**
 * A token taken apart (RFC 7515, section 7.1): signed, in three parts, and of a size that costs
 * nothing to look at. Nothing in it is trusted yet.
 */
record SignedToken(TokenHeader header, Base64URL payload, Base64URL signature, String signed) {
  /** The longest token, in characters; looked at before anything else (security case AN-2). */
  static final int MAX_LENGTH = 16 * 1024;

  static SignedToken parse(String token) throws TokenRejectedException {
    if (token.length() > MAX_LENGTH) {
      throw new TokenRejectedException(
          "it has %d characters (at most %d)".formatted(token.length(), MAX_LENGTH));
    }
    int first = token.indexOf('.');
    int second = token.indexOf('.', first + 1);
    if (first < 1 || second < 0 || token.indexOf('.', second + 1) >= 0 || !isPlain(token)) {
      throw new TokenRejectedException(
          "it is no signed JWT: three parts of base64url, joined by dots");
    }
    return new SignedToken(
        TokenHeader.parse(new Base64URL(token.substring(0, first))),
        new Base64URL(token.substring(first + 1, second)),
        new Base64URL(token.substring(second + 1)),
        token.substring(0, second));
  }

  /** The decoder behind {@link Base64URL} would pass over what doesn't belong to the alphabet. */
  private static boolean isPlain(String token) {
    for (int i = 0; i < token.length(); i++) {
      char c = token.charAt(i);
      boolean alphanumeric =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (!alphanumeric && c != '-' && c != '_' && c != '.') {
        return false;
      }
    }
    return true;
  }

  /** Whether this key made the signature. */
  boolean isSignedBy(TrustedKey key) {
    return key.signed(header.algorithm(), signed.getBytes(StandardCharsets.US_ASCII), signature);
  }

  /** Never the token. */
  @Override
  public String toString() {
    return "token of " + header.algorithm();
  }
}
