package io.stowage.registry.access;

import io.stowage.registry.error.RegistryException;
import java.util.Optional;

/** Finds out who a user name and password belong to. Safe for use by any number of threads. */
@FunctionalInterface
public interface Authenticator {
  /**
   * What the password proves, or empty if the user is unknown or the password is wrong; both take
   * as long. May block for as long as a costly hash takes.
   *
   * @throws RegistryException with {@code TooManyRequests} if too many others wait
   */
  Optional<Authentication> authenticate(String user, String password);

  /**
   * What the password is remembered to prove. Never computes a costly hash and never blocks; empty
   * says nothing about the password.
   */
  default Optional<Authentication> recall(String user, String password) {
    return Optional.empty();
  }
}
