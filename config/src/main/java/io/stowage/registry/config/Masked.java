package io.stowage.registry.config;

import java.util.regex.Pattern;

/**
 * How values are shown to people: without what they would not want others to read, of bounded
 * length, and on one line whatever they hold.
 */
final class Masked {
  static final String SECRET = "****";

  /** Up to the last {@code @} of the authority: a password may hold others. */
  private static final Pattern USER_INFO = Pattern.compile("://[^/?#\\s]*@");

  /** The same in front of a host and port, where no scheme should be and no user either. */
  private static final Pattern USER_OF_HOST = Pattern.compile("^[^/?#\\s:@]+:[^/?#\\s]*@");

  private static final Pattern SECRET_PARAMETER =
      Pattern.compile(
          "(?i)([?&][^=&#\\s]{0,64}?(?:token|secret|passw|signature|sig|key|credential)"
              + "[^=&#\\s]{0,64}=)[^&#\\s]+");
  private static final int SHOWN_CHARACTERS = 200;

  private Masked() {}

  /** The text; a secret is covered whole, the user and the secret parameters of a URL always. */
  static String show(String text, boolean secret) {
    if (secret) {
      return text.isEmpty() ? "" : SECRET;
    }
    String shown = USER_INFO.matcher(text).replaceAll("://" + SECRET + "@");
    shown = USER_OF_HOST.matcher(shown).replaceAll(SECRET + "@");
    shown = SECRET_PARAMETER.matcher(shown).replaceAll("$1" + SECRET);
    return onOneLine(
        shown.length() <= SHOWN_CHARACTERS ? shown : shown.substring(0, SHOWN_CHARACTERS) + "...");
  }

  /** In quotes, for messages. */
  static String quote(String text, boolean secret) {
    return "\"" + show(text, secret) + "\"";
  }

  private static String onOneLine(String text) {
    if (text.chars().noneMatch(Masked::breaksLines)) {
      return text;
    }
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    text.chars()
        .forEach(
            c -> {
              if (breaksLines(c)) {
                escaped.append("\\u").append("%04x".formatted(c));
              } else {
                escaped.append((char) c);
              }
            });
    return escaped.toString();
  }

  /** Whatever a terminal would act upon, or read in another direction. */
  private static boolean breaksLines(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
