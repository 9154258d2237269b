package io.stowage.registry.server.access;

import io.stowage.registry.access.Authentication;
import io.stowage.registry.access.TokenAuthenticator;
import io.stowage.registry.access.TokenRejectedException;
import io.stowage.registry.server.http.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The two schemes that clients of a registry speak, whichever of them this registry takes. */
public final class PasswordsAndTokens implements Logins {
  private static final Logger LOG = LoggerFactory.getLogger(PasswordsAndTokens.class);

  private final @Nullable PasswordLogin passwords;
  private final @Nullable TokenAuthenticator tokens;

  /**
   * @param passwords null if no password counts here
   * @param tokens null if no token does
   */
  public PasswordsAndTokens(
      @Nullable PasswordLogin passwords, @Nullable TokenAuthenticator tokens) {
    this.passwords = passwords;
    this.tokens = tokens;
  }

  @Override
  public Optional<Authentication> check(Request request, Credentials credentials)
      throws IOException {
    return switch (credentials) {
      case Credentials.None _ -> Optional.of(Authentication.ANONYMOUS);
      case Credentials.Unusable _ -> Optional.empty();
      case Credentials.Password(String user, String password) ->
          passwords == null ? Optional.empty() : passwords.login(client(request), user, password);
      case Credentials.Bearer(String token) ->
          tokens == null ? Optional.empty() : token(request, token, tokens);
    };
  }

  /** Whoever comes through a socket of the file system is on this machine. */
  private static InetAddress client(Request request) {
    InetAddress client = request.client();
    return client == null ? InetAddress.getLoopbackAddress() : client;
  }

  private static Optional<Authentication> token(
      Request request, String token, TokenAuthenticator tokens) throws IOException {
    try {
      return Optional.of(tokens.authenticate(token));
    } catch (TokenRejectedException e) {
      LOG.debug("{} the token is refused: {}", request.id(), e.getMessage());
      return Optional.empty();
    }
  }
}
