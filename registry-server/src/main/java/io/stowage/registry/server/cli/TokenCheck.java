package io.stowage.registry.server.cli;

import io.stowage.registry.access.AccessPolicy;
import io.stowage.registry.access.TokenRejectedException;
import io.stowage.registry.auth.htpasswd.HtpasswdException;
import io.stowage.registry.auth.htpasswd.HtpasswdFile;
import io.stowage.registry.auth.token.BuiltInTokens;
import io.stowage.registry.auth.token.ResourceAccess;
import io.stowage.registry.auth.token.TokenClaims;
import io.stowage.registry.auth.token.TokenIssuer;
import io.stowage.registry.auth.token.TokenVerifier;
import io.stowage.registry.auth.token.TrustedKeys;
import io.stowage.registry.config.AuthSettings;
import io.stowage.registry.config.Configuration;
import io.stowage.registry.config.TokenSettings;
import io.stowage.registry.server.TokenFolders;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.stream.Collectors;

/** Looks at one token as a server with this configuration would now. */
final class TokenCheck {
  private final Configuration configuration;
  private final Clock clock = Clock.systemUTC();

  TokenCheck(Configuration configuration) {
    this.configuration = configuration;
  }

  /**
   * Says what the token is good for.
   *
   * @throws TokenRejectedException if it doesn't hold
   * @throws IllegalArgumentException if no token would
   */
  String describe(String token) throws IOException, HtpasswdException, TokenRejectedException {
    return switch (configuration.auth()) {
      case AuthSettings.None _ ->
          throw new IllegalArgumentException("this registry takes no tokens: auth is none");
      case AuthSettings.Htpasswd users -> text(ownClaims(token, users)) + ", as the rules allow.";
      case AuthSettings.Token service -> text(foreignClaims(token, service)) + ".";
    };
  }

  private TokenClaims foreignClaims(String token, AuthSettings.Token service)
      throws IOException, TokenRejectedException {
    return TokenVerifier.of(
            TrustedKeys.read(service.rootCertBundle(), service.jwks()),
            service.issuer(),
            service.service(),
            service.signingAlgorithms(),
            clock)
        .verify(token);
  }

  private TokenClaims ownClaims(String token, AuthSettings.Htpasswd settings)
      throws IOException, HtpasswdException, TokenRejectedException {
    if (configuration.tokens().mode() == TokenSettings.Mode.OFF) {
      throw new IllegalArgumentException(
          "this registry takes no tokens: stowage.tokens.enabled is false");
    }
    Users users = new Users(HtpasswdFile.read(settings.path()));
    TokenFolders folders = TokenFolders.of(configuration, clock);
    TokenIssuer issuer = folders.issuer();
    TokenClaims claims = issuer.verify(token);
    new BuiltInTokens(issuer, folders.credentials(users::knows), users, AccessPolicy.MEMBERS, clock)
        .authenticate(token);
    return claims;
  }

  /** Those of the file; nothing is refreshed here. */
  private record Users(HtpasswdFile file) implements BuiltInTokens.Users {
    @Override
    public boolean knows(String user) {
      return file.knows(user);
    }

    @Override
    public Optional<String> fingerprint(String user) {
      return Optional.empty();
    }
  }

  private static String text(TokenClaims claims) {
    String who = claims.subject().isEmpty() ? "nobody in particular" : claims.subject();
    String what =
        claims.grant().access().stream()
            .map(ResourceAccess::toString)
            .collect(Collectors.joining(" "));
    return "The token of %s holds until %s, for %s"
        .formatted(who, claims.expires(), what.isEmpty() ? "nothing but a greeting" : what);
  }
}
