package io.stowage.registry.config;

import java.util.Locale;
import java.util.Optional;

/** The words of YAML 1.1 for true and false. */
final class Booleans {
  static final Optional<Boolean> TRUE = Optional.of(true);
  static final Optional<Boolean> FALSE = Optional.of(false);

  private Booleans() {}

  static Optional<Boolean> parse(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true", "yes", "on", "y" -> TRUE;
      case "false", "no", "off", "n" -> FALSE;
      default -> Optional.empty();
    };
  }
}
