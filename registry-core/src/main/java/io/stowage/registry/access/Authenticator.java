package io.stowage.registry.access;

import java.util.Optional;

/**
 * Finds out who a user name and password belong to. Safe for use by any number of threads; may take
 * tens of milliseconds of CPU time.
 */
@FunctionalInterface
public interface Authenticator {
  /** The identity, or empty if the user is unknown or the password is wrong; both take as long. */
  Optional<Identity> authenticate(String user, String password);
}
