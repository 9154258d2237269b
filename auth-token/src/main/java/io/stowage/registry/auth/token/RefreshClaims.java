package io.stowage.registry.auth.token;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a refresh token says, after its signature and times were checked.
 *
 * @param binding a fingerprint of what was shown for it
 * @param credential the id of the credential that was shown for it, if it has one
 */
public record RefreshClaims(
    String subject, String binding, @Nullable String credential, Instant expires) {

  /** Whether the fingerprint is still the same; takes as long for a near miss as for any. */
  public boolean isBoundTo(String fingerprint) {
    return MessageDigest.isEqual(
        binding.getBytes(StandardCharsets.UTF_8), fingerprint.getBytes(StandardCharsets.UTF_8));
  }

  /** Never the binding. */
  @Override
  public String toString() {
    return "refresh token of " + subject;
  }
}
