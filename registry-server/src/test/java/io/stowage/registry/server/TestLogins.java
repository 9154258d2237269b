package io.stowage.registry.server;

import io.stowage.registry.access.AccessPolicy;
import io.stowage.registry.access.Authentication;
import io.stowage.registry.access.Grant;
import io.stowage.registry.access.Identity;
import io.stowage.registry.server.access.AccessGate;
import io.stowage.registry.server.access.Challenge;
import io.stowage.registry.server.access.Credentials;
import io.stowage.registry.server.access.Logins;
import io.stowage.registry.server.http.Request;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/**
 * Logins for tests of what comes after them: every user's password is the user's name, and a token
 * is good for what it is listed with here.
 *
 * @param tokens the authentication that each token is for
 */
record TestLogins(Map<String, Authentication> tokens) implements Logins {
  static final TestLogins PASSWORDS = new TestLogins(Map.of());

  /** A gate that asks for a password. */
  static AccessGate gate(AccessPolicy policy) {
    return new AccessGate(
        policy, PASSWORDS, request -> Optional.of(new Challenge.Basic("Registry")));
  }

  /** A gate that asks for a token, and takes passwords too. */
  static AccessGate gate(AccessPolicy policy, Map<String, Authentication> tokens) {
    return new AccessGate(
        policy,
        new TestLogins(tokens),
        request -> Optional.of(new Challenge.Bearer("http://tokens.test/token", "registry.test")));
  }

  /** What a token for nobody in particular is for. */
  static Authentication limited(String user, Grant grant) {
    return new Authentication(new Identity(user), grant, Authentication.Basis.POLICY);
  }

  /** The field that shows user and password. */
  static String basic(String user) {
    byte[] text = (user + ":" + user).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(text);
  }

  @Override
  public Optional<Authentication> check(Request request, Credentials credentials) {
    return switch (credentials) {
      case Credentials.None _ -> Optional.of(Authentication.ANONYMOUS);
      case Credentials.Password(String user, String password) when user.equals(password) ->
          Optional.of(Authentication.of(new Identity(user)));
      case Credentials.Password _, Credentials.Unusable _ -> Optional.empty();
      case Credentials.Bearer(String token) -> Optional.ofNullable(tokens.get(token));
    };
  }
}
