package io.stowage.registry.config;

import java.time.Duration;

/**
 * The token service of our own ({@code stowage.tokens}), beside a file of users.
 *
 * @param service whom its tokens are meant for
 * @param issuer who signs them
 * @param lifetime of a token; a minute to a day
 * @param refreshLifetime of the token that gets new ones; at least as long
 * @param keyRotation how long a key signs; at least an hour
 */
public record TokenSettings(
    Mode mode,
    String service,
    String issuer,
    Duration lifetime,
    Duration refreshLifetime,
    Duration keyRotation) {
  /** Whether there is one. */
  public enum Mode {
    /** Where it is of use. */
    AUTO,
    ON,
    OFF
  }
}
