package io.stowage.registry.access;

import java.io.IOException;

/** Finds out what a bearer token proves. Safe for use by any number of threads. */
@FunctionalInterface
public interface TokenAuthenticator {
  /**
   * What the token proves now: whoever it was issued to may have gone since, and its rights with
   * them. A token that was seen before costs microseconds.
   *
   * @throws TokenRejectedException if it doesn't hold, with the check that it failed
   * @throws IOException if the keys or the credential behind it can't be read
   */
  Authentication authenticate(String token) throws IOException, TokenRejectedException;
}
