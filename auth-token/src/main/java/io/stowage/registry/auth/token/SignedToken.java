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
    if (first < 1 || second < 0) {
      throw malformed();
    }
    Base64URL header = part(token, 0, first);
    Base64URL payload = part(token, first + 1, second);
    Base64URL signature = part(token, second + 1, token.length());
    return new SignedToken(
        TokenHeader.parse(header), payload, signature, token.substring(0, second));
  }

  /** Strict, because the decoder behind {@link Base64URL} passes over what it doesn't know. */
  private static Base64URL part(String token, int start, int end) throws TokenRejectedException {
    boolean plain = (end - start) % 4 != 1;
    for (int i = start; i < end; i++) {
      char c = token.charAt(i);
      boolean alphanumeric =
          (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      plain &= alphanumeric || c == '-' || c == '_';
    }
    if (!plain) {
      throw malformed();
    }
    return new Base64URL(token.substring(start, end));
  }

  private static TokenRejectedException malformed() {
    return new TokenRejectedException(
        "it is no signed JWT: three parts of base64url, joined by dots");
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
