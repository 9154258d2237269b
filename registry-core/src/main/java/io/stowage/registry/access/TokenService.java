package io.stowage.registry.access;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Gives out tokens to whoever shows a credential, or none (Docker Registry token authentication).
 * Safe for use by any number of threads.
 */
public interface TokenService {
  /**
   * A token for those of the wished rights that the holder has; the others are left out.
   *
   * @param scopes each one or several, separated by spaces: {@code repository:a/b:pull,push}; what
   *     is malformed or of an unknown type is left out too
   * @throws IOException if the signing key can't be read or made
   */
  Issued issue(Authentication holder, List<String> scopes) throws IOException;

  /**
   * A long-lived token that gets new ones, or empty if the holder is nobody who logs in: anonymous,
   * or a robot, which has its secret.
   *
   * @throws IOException as for {@link #issue}
   */
  Optional<String> refreshToken(Authentication holder) throws IOException;

  /**
   * What a token of {@link #refreshToken} proves now.
   *
   * @throws TokenRejectedException if it doesn't hold, or the user, password or credential that it
   *     was given out for has changed or gone
   * @throws IOException as for {@link #issue}
   */
  Authentication redeem(String refreshToken) throws IOException, TokenRejectedException;

  /**
   * A token that was given out.
   *
   * @param scope the rights that are in it, as scopes separated by spaces; may be empty
   */
  record Issued(String token, Instant at, Duration lifetime, String scope) {
    /** Never the token. */
    @Override
    public String toString() {
      return "token for [" + scope + "]";
    }
  }
}
