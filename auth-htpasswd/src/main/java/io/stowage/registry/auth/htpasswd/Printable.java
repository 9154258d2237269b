package io.stowage.registry.auth.htpasswd;

import java.util.stream.Collectors;

/** Makes what somebody typed fit for a message: one short line that can't steer a terminal. */
final class Printable {
  private static final int MAX_CHARACTERS = 64;

  private Printable() {}

  static String text(String text) {
    String shown =
        text.codePoints()
            .limit(MAX_CHARACTERS)
            .mapToObj(Printable::character)
            .collect(Collectors.joining());
    return text.codePointCount(0, text.length()) > MAX_CHARACTERS ? shown + "..." : shown;
  }

  private static String character(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          "\\u%04x".formatted(codePoint);
      default -> Character.toString(codePoint);
    };
  }
}
