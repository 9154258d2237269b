package io.stowage.registry.auth.token;

import io.stowage.registry.access.TokenRejectedException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;

/** Where the keys are that a token may have been signed with. */
@FunctionalInterface
interface VerificationKeys {
  /**
   * The trusted keys that the header may mean, at least one.
   *
   * @throws TokenRejectedException if it means none
   */
  List<TrustedKey> find(TokenHeader header, Instant now) throws IOException, TokenRejectedException;
}
