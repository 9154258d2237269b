package io.stowage.registry.server.cli;

import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * How long something is to hold, as a person types it: {@code 90d}, {@code 12h}, {@code 30m}.
 *
 * @param duration a minute to ten years
 */
record Lifetime(Duration duration) {
  private static final Duration LONGEST = Duration.ofDays(3653);
  private static final Pattern SHAPE = Pattern.compile("([1-9][0-9]{0,6})([dhm])");

  /** When it ends if it begins now; null for never, if there is no lifetime. */
  static @Nullable Instant end(@Nullable Lifetime lifetime, Instant now) {
    return lifetime == null ? null : now.plus(lifetime.duration);
  }

  /** Reads the option's value. */
  static final class Converter implements ITypeConverter<Lifetime> {
    @Override
    public Lifetime convert(String text) {
      Matcher matcher = SHAPE.matcher(text);
      if (!matcher.matches()) {
        throw malformed(text);
      }
      long number = Long.parseLong(matcher.group(1));
      Duration duration =
          switch (matcher.group(2)) {
            case "d" -> Duration.ofDays(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofMinutes(number);
          };
      if (duration.compareTo(LONGEST) > 0) {
        throw malformed(text);
      }
      return new Lifetime(duration);
    }

    private static TypeConversionException malformed(String text) {
      return new TypeConversionException(
          text + " (expected: days, hours or minutes as in 90d, 12h, 30m, at most ten years)");
    }
  }
}
