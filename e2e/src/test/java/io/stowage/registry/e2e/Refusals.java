package io.stowage.registry.e2e;

import java.util.regex.Pattern;

/** What clients say when they are turned away, each in its own words. */
final class Refusals {
  /** Nobody has logged in, or with a wrong password. */
  static final Pattern UNAUTHORIZED =
      Pattern.compile(
          "(?i)unauthorized|authentication required|invalid username/password"
              + "|no basic auth credentials|basic credential not found");

  /** Who has logged in may not do this. */
  static final Pattern DENIED = Pattern.compile("(?i)denied|403|insufficient_scope|unauthorized");

  /** The client doesn't trust the server's certificate. */
  static final Pattern UNTRUSTED = Pattern.compile("(?i)certificate");

  /**
   * The server doesn't let the client in without a certificate. In TLS 1.3 its alert comes when the
   * client has begun to send its request: Go's client hears it, but may tell only what it did then.
   */
  static final Pattern NO_HANDSHAKE =
      Pattern.compile(
          "(?i)certificate|client conn could not be established|use of closed network connection");

  private Refusals() {}
}
