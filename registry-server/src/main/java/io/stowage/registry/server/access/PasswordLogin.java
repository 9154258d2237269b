package io.stowage.registry.server.access;

import io.stowage.registry.access.Authentication;
import io.stowage.registry.access.Authenticator;
import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.server.access.LoginThrottle.Decision;
import io.stowage.registry.thread.NonBlocking;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A login with user name and password, as far as the {@link LoginThrottle} lets it come: nobody
 * gets an answer from the {@link Authenticator} by another way. Each failure is logged, the name
 * cut short and the password never. Safe for use by any number of threads.
 */
public final class PasswordLogin {
  private static final Logger LOG = LoggerFactory.getLogger(PasswordLogin.class);
  private static final int MAX_LOGGED_CHARACTERS = 64;

  private final Authenticator authenticator;
  private final LoginThrottle throttle;
  private final LoginCounts counts;

  public PasswordLogin(Authenticator authenticator, LoginThrottle throttle) {
    this(authenticator, throttle, new LoginCounts());
  }

  /**
   * @param counts what became of each login
   */
  public PasswordLogin(Authenticator authenticator, LoginThrottle throttle, LoginCounts counts) {
    this.authenticator = authenticator;
    this.throttle = throttle;
    this.counts = counts;
  }

  /**
   * What the password proves, or empty if it is wrong or the user unknown.
   *
   * @param client where the request comes from, as far as proxies are trusted to tell
   * @throws RegistryException with {@code TooManyRequests} if too many failed before, or too many
   *     others wait
   */
  public Optional<Authentication> login(InetAddress client, String user, String password) {
    return switch (throttle.decide(client, user)) {
      case Decision.Try() -> check(client, user, password);
      case Decision.OnlyRemembered(Duration retryAfter) ->
          Optional.of(recall(client, user, password, retryAfter));
      case Decision.Refuse(Duration retryAfter) -> throw tooManyFailures(retryAfter);
    };
  }

  private Optional<Authentication> check(InetAddress client, String user, String password) {
    Optional<Authentication> proved = authenticator.recall(user, password);
    if (proved.isPresent()) {
      counts.count(LoginCounts.Result.REMEMBERED);
      return proved;
    }
    NonBlocking.beforeBlocking();
    proved = authenticator.authenticate(user, password);
    // Many guesses at once all start before the first of them has failed.
    Decision overtaken = throttle.decide(client, user);
    if (proved.isEmpty()) {
      throttle.failed(client, user);
      counts.count(LoginCounts.Result.FAILED);
      // The address comes first: what follows is the client's, and could read like an address.
      LOG.info("failed login from {} as \"{}\"", client.getHostAddress(), shortened(user));
    }
    return switch (overtaken) {
      case Decision.Try() -> counted(proved);
      case Decision.OnlyRemembered(Duration retryAfter) ->
          throw notRemembered(client, user, retryAfter);
      case Decision.Refuse(Duration retryAfter) -> throw tooManyFailures(retryAfter);
    };
  }

  private Optional<Authentication> counted(Optional<Authentication> proved) {
    if (proved.isPresent()) {
      counts.count(LoginCounts.Result.ACCEPTED);
    }
    return proved;
  }

  private Authentication recall(
      InetAddress client, String user, String password, Duration retryAfter) {
    Authentication proved =
        authenticator
            .recall(user, password)
            .orElseThrow(() -> notRemembered(client, user, retryAfter));
    counts.count(LoginCounts.Result.REMEMBERED);
    return proved;
  }

  private RegistryException notRemembered(InetAddress client, String user, Duration retryAfter) {
    throttle.notRemembered(client, user);
    return tooManyFailures(retryAfter);
  }

  private RegistryException tooManyFailures(Duration retryAfter) {
    counts.count(LoginCounts.Result.THROTTLED);
    return new RegistryException(
        new RegistryError.TooManyRequests(
            "too many failed logins from this address or for this user", retryAfter));
  }

  /** Bounded; control characters are the business of whoever writes log lines. */
  private static String shortened(String user) {
    return user.codePointCount(0, user.length()) <= MAX_LOGGED_CHARACTERS
        ? user
        : user.substring(0, user.offsetByCodePoints(0, MAX_LOGGED_CHARACTERS)) + "...";
  }
}
