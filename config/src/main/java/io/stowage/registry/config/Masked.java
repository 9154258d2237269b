package io.stowage.registry.config;

import java.util.regex.Pattern;

/** How values are shown to people. */
final class Masked {
  static final String SECRET = "****";

  private static final Pattern USER_INFO = Pattern.compile("://[^/@\\s]*+@");
  private static final int SHOWN_CHARACTERS = 200;

  private Masked() {}

  /** The text; a secret is covered whole, the user part of a URL always. */
  static String show(String text, boolean secret) {
    if (secret) {
      return text.isEmpty() ? "" : SECRET;
    }
    String shown = USER_INFO.matcher(text).replaceAll("://" + SECRET + "@");
    return shown.length() <= SHOWN_CHARACTERS
        ? shown
        : shown.substring(0, SHOWN_CHARACTERS) + "...";
  }

  /** In quotes, for messages. */
  static String quote(String text, boolean secret) {
    return "\"" + show(text, secret) + "\"";
  }
}
