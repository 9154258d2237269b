package io.stowage.registry.config;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes: a plain number of bytes, or a number with {@code KiB}, {@code MiB} or {@code GiB}. */
final class ByteSize {
  private static final Pattern SHAPE =
      Pattern.compile("([0-9]{1,15}) ?(|b|kib|mib|gib)", Pattern.CASE_INSENSITIVE);
  private static final Map<String, Integer> SHIFT =
      Map.of("", 0, "b", 0, "kib", 10, "mib", 20, "gib", 30);

  private ByteSize() {}

  /** Bytes, or empty if the text is no size or one beyond 64 bits. */
  static Optional<Long> parse(String text) {
    Matcher matcher = SHAPE.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long number = Long.parseLong(matcher.group(1));
    int shift = SHIFT.getOrDefault(matcher.group(2).toLowerCase(Locale.ROOT), 0);
    return number <= Long.MAX_VALUE >> shift ? Optional.of(number << shift) : Optional.empty();
  }
}
