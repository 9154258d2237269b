package io.stowage.registry.server.access;

import io.stowage.registry.access.Authentication;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.server.http.Request;
import java.io.IOException;
import java.util.Optional;

/** The ways to prove who one is. Safe for use by any number of threads; may block. */
@FunctionalInterface
public interface Logins {
  /** A registry where nobody can log in: whatever a client shows is passed over. */
  Logins NONE = (request, credentials) -> Optional.of(Authentication.ANONYMOUS);

  /**
   * What the credentials prove; {@link Authentication#ANONYMOUS} if there are none, empty if they
   * don't hold.
   *
   * @throws RegistryException with {@code TooManyRequests} if somebody is guessing
   * @throws IOException if what they are checked by can't be read
   */
  Optional<Authentication> check(Request request, Credentials credentials) throws IOException;
}
