package io.stowage.registry.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.stowage.registry.access.AccessPolicy;
import io.stowage.registry.access.Authentication;
import io.stowage.registry.access.TokenRejectedException;
import io.stowage.registry.auth.token.BuiltInTokens;
import io.stowage.registry.auth.token.CredentialStore;
import io.stowage.registry.auth.token.SigningKeys;
import io.stowage.registry.auth.token.TokenIssuer;
import io.stowage.registry.server.access.AccessGate;
import io.stowage.registry.server.access.Challenge;
import io.stowage.registry.server.access.Credentials;
import io.stowage.registry.server.access.Logins;
import io.stowage.registry.server.api.RegistryApi;
import io.stowage.registry.server.api.TokenHandler;
import io.stowage.registry.server.http.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;

/**
 * Users of our own for tests, each with the name as the password, and what they have besides: real
 * tokens and real credentials, in a folder.
 */
final class TestUsers implements Logins {
  private final AccessPolicy policy;
  private final CredentialStore credentials;
  private final BuiltInTokens tokens;

  TestUsers(Path folder, Set<String> names, AccessPolicy policy) {
    Clock clock = Clock.systemUTC();
    this.policy = policy;
    this.credentials = new CredentialStore(folder.resolve("credentials"), names::contains, clock);
    TokenIssuer issuer =
        new TokenIssuer(
            new SigningKeys(
                folder.resolve("tokens"), Duration.ofDays(30), Duration.ofDays(90), clock),
            "stowage",
            "stowage",
            Duration.ofMinutes(5),
            Duration.ofDays(90),
            clock);
    BuiltInTokens.Users users =
        new BuiltInTokens.Users() {
          @Override
          public boolean knows(String user) {
            return names.contains(user);
          }

          @Override
          public Optional<String> fingerprint(String user) {
            return Optional.of(user).filter(names::contains);
          }
        };
    this.tokens = new BuiltInTokens(issuer, credentials, users, policy, clock);
  }

  CredentialStore credentials() {
    return credentials;
  }

  /** A gate that asks for a token, and takes passwords too. */
  AccessGate gate() {
    return new AccessGate(
        policy,
        this,
        request -> Optional.of(new Challenge.Bearer("http://registry.test/v2/_token", "stowage")));
  }

  /** The endpoints for them. */
  RegistryApi.OwnUsers endpoints() {
    return new RegistryApi.OwnUsers(
        new TokenHandler(tokens, this, new Challenge.Basic("Registry")), credentials);
  }

  @Override
  public Optional<Authentication> check(Request request, Credentials shown) {
    return switch (shown) {
      case Credentials.Password(String user, String password)
          when CredentialStore.isOurs(password) ->
          credentials.authenticate(user, password);
      case Credentials.Bearer(String token) -> verified(token);
      case Credentials.None _, Credentials.Password _, Credentials.Unusable _ ->
          TestLogins.PASSWORDS.check(request, shown);
    };
  }

  private Optional<Authentication> verified(String token) {
    try {
      return Optional.of(tokens.authenticate(token));
    } catch (TokenRejectedException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The field that shows user and password. */
  static String basic(String user, String password) {
    byte[] text = (user + ":" + password).getBytes(UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(text);
  }
}
