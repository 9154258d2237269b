package io.stowage.registry.config;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Regular expressions in Go's syntax (RE2) as Java patterns. The two agree on what people write;
 * where they don't, the text is translated ({@code (?P<name>}, {@code [[:alpha:]]}, {@code [} and
 * {@code &&} inside a class) or, where only Java knows it, refused.
 */
final class GoPattern {
  private static final Pattern ONLY_JAVA =
      Pattern.compile("\\(\\?(?:[=!>]|<[=!])|\\\\[1-9k]|[*+?}]\\+");

  private final String go;
  private final StringBuilder java = new StringBuilder();
  private int at;

  private GoPattern(String go) {
    this.go = go;
  }

  /**
   * The pattern.
   *
   * @throws PatternSyntaxException if Go would refuse it too
   */
  static Pattern compile(String go) {
    var foreign = ONLY_JAVA.matcher(go.replace("\\\\", "  "));
    if (foreign.find()) {
      throw new PatternSyntaxException(
          "look-around, back references and possessive quantifiers are not part of the syntax",
          go,
          foreign.start());
    }
    return Pattern.compile(new GoPattern(go).translate());
  }

  private String translate() {
    while (at < go.length()) {
      if (go.charAt(at) == '\\') {
        copy(2);
      } else if (go.startsWith("(?P<", at)) {
        java.append("(?<");
        at += "(?P<".length();
      } else if (go.charAt(at) == '[') {
        characterClass();
      } else {
        copy(1);
      }
    }
    return java.toString();
  }

  /** Up to and including the bracket that closes it; a bracket right at its start is a member. */
  private void characterClass() {
    copy(go.startsWith("[^", at) ? 2 : 1);
    if (go.startsWith("]", at)) {
      java.append("\\]");
      at++;
    }
    while (at < go.length() && go.charAt(at) != ']') {
      classMember();
    }
    copy(1);
  }

  private void classMember() {
    int end = go.startsWith("[:", at) ? go.indexOf(":]", at) : -1;
    if (end > 0) {
      named(go.substring(at + 2, end));
      at = end + 2;
    } else if (go.charAt(at) == '\\') {
      copy(2);
    } else if (go.charAt(at) == '[' || go.charAt(at) == '&') {
      java.append('\\');
      copy(1);
    } else {
      copy(1);
    }
  }

  private void named(String name) {
    boolean not = name.startsWith("^");
    String java =
        switch (not ? name.substring(1) : name) {
          case "alnum" -> "Alnum";
          case "alpha" -> "Alpha";
          case "ascii" -> "ASCII";
          case "blank" -> "Blank";
          case "cntrl" -> "Cntrl";
          case "digit" -> "Digit";
          case "graph" -> "Graph";
          case "lower" -> "Lower";
          case "print" -> "Print";
          case "punct" -> "Punct";
          case "space" -> "Space";
          case "upper" -> "Upper";
          case "xdigit" -> "XDigit";
          default -> throw new PatternSyntaxException("unknown class [:" + name + ":]", go, at);
        };
    this.java.append(not ? "\\P{" : "\\p{").append(java).append('}');
  }

  private void copy(int length) {
    int end = Math.min(at + length, go.length());
    java.append(go, at, end);
    at = end;
  }
}
