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

  /** The server's certificate, or the client's, isn't good enough. */
  static final Pattern CERTIFICATE = Pattern.compile("(?i)certificate");

  private Refusals() {}
}
