package io.stowage.registry.config;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Whole numbers as YAML 1.1 and Go write them: {@code 100}, {@code 1_000}, {@code 0x1F}. */
final class Integers {
  private static final Pattern DIGITS = Pattern.compile("[0-9][0-9a-z]*");

  private Integers() {}

  /** Empty if the text is no whole number of 64 bits; base 60 is not read. */
  static Optional<Long> parse(String text) {
    String digits = text.replace("_", "").toLowerCase(Locale.ROOT);
    boolean negative = digits.startsWith("-");
    if (negative || digits.startsWith("+")) {
      digits = digits.substring(1);
    }
    if (!DIGITS.matcher(digits).matches()) {
      return Optional.empty();
    }
    try {
      long magnitude = magnitude(digits);
      return Optional.of(negative ? -magnitude : magnitude);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static long magnitude(String digits) {
    if (digits.startsWith("0x")) {
      return Long.parseLong(digits.substring(2), 16);
    }
    if (digits.startsWith("0b")) {
      return Long.parseLong(digits.substring(2), 2);
    }
    if (digits.startsWith("0o")) {
      return Long.parseLong(digits.substring(2), 8);
    }
    return digits.length() > 1 && digits.startsWith("0")
        ? Long.parseLong(digits, 8)
        : Long.parseLong(digits);
  }
}
