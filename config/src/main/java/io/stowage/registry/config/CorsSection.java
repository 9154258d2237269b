package io.stowage.registry.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * {@code stowage.http.cors} to {@link CorsSettings}. Users of distribution wrote the same into
 * {@code http.headers}; where our keys are silent, what stands there counts.
 */
final class CorsSection {
  private static final String ORIGINS = "stowage.http.cors.allowedorigins";
  private static final String MAX_AGE = "stowage.http.cors.maxage";
  private static final String HEADERS = "http.headers";
  private static final String ORIGIN_HEADER = "Access-Control-Allow-Origin";
  private static final String MAX_AGE_HEADER = "Access-Control-Max-Age";
  private static final String EXPECTED =
      "* or scheme://host[:port], such as https://ui.example.com";

  private static final Pattern ORIGIN =
      Pattern.compile("[a-z][a-z0-9+.-]*://(?:[a-z0-9._-]+|\\[[0-9a-f:.]+])(?::[0-9]{1,5})?");
  private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

  private final Values values;

  CorsSection(Values values) {
    this.values = values;
  }

  /** Takes its part out of the headers: no answer may say the same thing twice. */
  CorsSettings settings(Map<String, List<String>> headers) {
    List<String> origins = headers.remove(ORIGIN_HEADER);
    List<String> maxAge = headers.remove(MAX_AGE_HEADER);
    if (origins != null && values.isGiven(ORIGINS)) {
      warn(ORIGIN_HEADER, "ignored, because " + ORIGINS + " is set");
    }
    return new CorsSettings(
        origins == null || values.isGiven(ORIGINS) ? origins() : originsOf(origins),
        maxAge == null || values.isGiven(MAX_AGE) ? maxAge() : maxAgeOf(maxAge));
  }

  private List<String> origins() {
    List<String> origins = new ArrayList<>();
    for (String text : values.texts(ORIGINS)) {
      origin(text)
          .ifPresentOrElse(origins::add, () -> values.refuseOne(ORIGINS, text, EXPECTED, ""));
    }
    return origins;
  }

  /** What is no origin has never matched one either, so it only gets a warning. */
  private List<String> originsOf(List<String> header) {
    List<String> origins = new ArrayList<>();
    for (String text : header) {
      origin(text)
          .ifPresentOrElse(
              origins::add,
              () -> warn(ORIGIN_HEADER, text, "is no origin, ignored; write " + EXPECTED));
    }
    values.inForce(ORIGINS, origins.toString(), values.source(HEADERS));
    return origins;
  }

  /** As browsers send it, in lower case. */
  private static Optional<String> origin(String text) {
    String origin = text.toLowerCase(Locale.ROOT);
    return origin.equals("*") || ORIGIN.matcher(origin).matches()
        ? Optional.of(origin)
        : Optional.empty();
  }

  private Duration maxAge() {
    return values.duration(MAX_AGE, Duration.ZERO);
  }

  private Duration maxAgeOf(List<String> header) {
    String seconds = String.join(", ", header);
    if (!SECONDS.matcher(seconds).matches()) {
      warn(MAX_AGE_HEADER, seconds, "is no number of seconds, ignored");
      return maxAge();
    }
    Duration maxAge = Duration.ofSeconds(Long.parseLong(seconds));
    values.inForce(MAX_AGE, GoDuration.format(maxAge), values.source(HEADERS));
    return maxAge;
  }

  private void warn(String header, String text, String message) {
    warn(header, Masked.quote(text, false) + " " + message);
  }

  private void warn(String header, String message) {
    values.warn(HEADERS, "." + header + ": " + message);
  }
}
