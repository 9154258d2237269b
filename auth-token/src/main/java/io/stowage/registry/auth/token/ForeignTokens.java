package io.stowage.registry.auth.token;

import io.stowage.registry.access.Authentication;
import io.stowage.registry.access.Identity;
import io.stowage.registry.access.TokenAuthenticator;
import io.stowage.registry.access.TokenRejectedException;
import java.io.IOException;
import java.time.Clock;
import java.util.Collection;

/**
 * Tokens of a foreign service, which decides alone what its users may do: their rights are what
 * stands in the token.
 */
public final class ForeignTokens implements TokenAuthenticator {
  private final AccessTokens tokens;

  /**
   * @param algorithms their names in JOSE, of distribution's thirteen
   */
  public ForeignTokens(
      TrustedKeys keys, String issuer, String service, Collection<String> algorithms, Clock clock) {
    this.tokens =
        new RememberedTokens(TokenVerifier.of(keys, issuer, service, algorithms, clock), clock);
  }

  @Override
  public Authentication authenticate(String token) throws IOException, TokenRejectedException {
    TokenClaims claims = tokens.verify(token);
    return new Authentication(
        new Identity(claims.subject()), claims.grant(), Authentication.Basis.GRANT);
  }
}
