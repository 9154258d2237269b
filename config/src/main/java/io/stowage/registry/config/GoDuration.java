package io.stowage.registry.config;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go writes them: {@code 10s}, {@code 1h30m}, {@code 1.5h}, {@code 0}. */
final class GoDuration {
  private static final int MAX_LENGTH = 64;
  private static final Pattern WHOLE =
      Pattern.compile("[+-]?(?:(?:[0-9]++\\.?[0-9]*+|\\.[0-9]++)(?:ns|us|µs|μs|ms|s|m|h))++");
  private static final Pattern PART = Pattern.compile("([0-9.]++)(ns|us|µs|μs|ms|s|m|h)");
  private static final Map<String, Long> NANOS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L,
          "μs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);

  private GoDuration() {}

  /** Empty if the text is no duration or one beyond what 64 bits of nanoseconds hold. */
  static Optional<Duration> parse(String text) {
    if (text.equals("0")) {
      return Optional.of(Duration.ZERO);
    }
    if (text.length() > MAX_LENGTH || !WHOLE.matcher(text).matches()) {
      return Optional.empty();
    }
    BigDecimal nanos = BigDecimal.ZERO;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      BigDecimal unit = BigDecimal.valueOf(NANOS.getOrDefault(part.group(2), 0L));
      nanos = nanos.add(new BigDecimal(part.group(1)).multiply(unit));
    }
    return nanos(text.startsWith("-") ? nanos.negate() : nanos);
  }

  private static Optional<Duration> nanos(BigDecimal nanos) {
    try {
      return Optional.of(Duration.ofNanos(nanos.toBigInteger().longValueExact()));
    } catch (ArithmeticException | DateTimeException e) {
      return Optional.empty();
    }
  }

  /** The shortest spelling: {@code 168h}, {@code 1m30s}, {@code 30ns}. */
  static String format(Duration duration) {
    if (duration.isZero()) {
      return "0s";
    }
    if (duration.isNegative()) {
      return "-" + format(duration.negated());
    }
    return part(duration.toHours(), "h")
        + part(duration.toMinutesPart(), "m")
        + part(duration.toSecondsPart(), "s")
        + fraction(duration.toNanosPart());
  }

  private static String fraction(int nanos) {
    if (nanos % 1_000_000 == 0) {
      return part(nanos / 1_000_000, "ms");
    }
    return nanos % 1_000 == 0 ? part(nanos / 1_000, "us") : part(nanos, "ns");
  }

  private static String part(long amount, String unit) {
    return amount == 0 ? "" : amount + unit;
  }
}
