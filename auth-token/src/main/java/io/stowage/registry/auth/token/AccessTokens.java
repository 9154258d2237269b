package io.stowage.registry.auth.token;

import io.stowage.registry.access.TokenRejectedException;
import java.io.IOException;

/** Checks access tokens. Safe for use by any number of threads. */
@FunctionalInterface
public interface AccessTokens {
  /**
   * What the token says.
   *
   * @throws TokenRejectedException if it doesn't hold now, with the check that it failed
   * @throws IOException if the keys can't be read
   */
  TokenClaims verify(String token) throws IOException, TokenRejectedException;
}
