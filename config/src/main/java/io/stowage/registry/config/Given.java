package io.stowage.registry.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A value that somebody gave for a known key, and its reading as each type. A value that doesn't
 * fit is a problem that names key, value, rule and source, and reads as empty.
 *
 * @param path as it is given, list indices included
 */
record Given(String path, Value value, boolean secret, Findings findings) {
  private static final String IS = " is ";

  Source source() {
    return value.source();
  }

  Optional<String> text() {
    return switch (value) {
      case Value.Scalar scalar -> Optional.of(scalar.text());
      case Value.Mapping mapping -> refuse("a section", "a text");
      case Value.Sequence sequence -> refuse("a list", "a text");
    };
  }

  Optional<Boolean> flag() {
    String rule = "true or false";
    return scalar(rule)
        .flatMap(
            scalar -> {
              Optional<Boolean> flag = Booleans.parse(scalar.text());
              if (flag.isEmpty()) {
                return wrong(rule);
              }
              if (scalar.kind() == Value.Kind.TEXT) {
                warn(IS + "text; it is read as " + flag.get() + ", write it without quotes");
              }
              return flag;
            });
  }

  Optional<Long> integer() {
    String rule = "a whole number";
    return scalar(rule)
        .flatMap(
            scalar -> {
              Optional<Long> number = Integers.parse(scalar.text());
              if (number.isEmpty()) {
                return wrong(rule);
              }
              if (scalar.kind() == Value.Kind.TEXT) {
                warn(IS + "text; it is read as the number " + number.get());
              }
              return number;
            });
  }

  Optional<Duration> duration() {
    String rule = "a number with a unit, such as 10s or 1h30m";
    return scalar(rule)
        .flatMap(
            scalar -> {
              Optional<Long> bare =
                  scalar.kind() == Value.Kind.INTEGER
                      ? Integers.parse(scalar.text())
                      : Optional.empty();
              return bare.map(this::nanoseconds)
                  .or(() -> GoDuration.parse(scalar.text()))
                  .or(() -> wrong(rule));
            });
  }

  private Duration nanoseconds(long number) {
    if (number != 0) {
      warn(": " + number + " means " + number + " nanoseconds; write " + number + "s");
    }
    return Duration.ofNanos(number);
  }

  Optional<Long> bytes() {
    String rule = "a number of bytes, or one with KiB, MiB or GiB";
    return scalar(rule).flatMap(scalar -> ByteSize.parse(scalar.text()).or(() -> wrong(rule)));
  }

  Optional<List<String>> texts() {
    return switch (value) {
      case Value.Scalar scalar -> Optional.of(List.of(scalar.text()));
      case Value.Mapping mapping -> refuse("a section", "a list of texts");
      case Value.Sequence sequence -> {
        List<String> texts = new ArrayList<>();
        sequence
            .items()
            .forEach((index, item) -> at("[" + index + "]", item).text().ifPresent(texts::add));
        yield Optional.of(List.copyOf(texts));
      }
    };
  }

  /** Names compare without case: the last spelling wins, with a warning. */
  Optional<Map<String, List<String>>> headers() {
    return section()
        .map(
            section -> {
              Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
              section.entries().forEach((name, entry) -> addHeader(name, entry, headers));
              return headers;
            });
  }

  private void addHeader(String name, Value entry, Map<String, List<String>> headers) {
    Given given = at("." + name, entry);
    if (headers.containsKey(name)) {
      given.warn(" stands twice in different letter case; the last one wins");
    }
    given.textsOrNone().ifPresent(texts -> headers.put(name, texts));
  }

  private Optional<List<String>> textsOrNone() {
    boolean isEmpty = value instanceof Value.Scalar scalar && scalar.isNull();
    return isEmpty ? Optional.of(List.of()) : texts();
  }

  /** Names are what they are. */
  Optional<Map<String, List<String>>> lists() {
    return section()
        .map(
            section -> {
              Map<String, List<String>> lists = new LinkedHashMap<>();
              section
                  .entries()
                  .forEach(
                      (name, entry) ->
                          at("." + name, entry)
                              .textsOrNone()
                              .ifPresent(texts -> lists.put(name, texts)));
              return lists;
            });
  }

  /** Nested maps are flattened with dots. */
  Optional<Map<String, String>> fields() {
    return section()
        .map(
            section -> {
              Map<String, String> fields = new LinkedHashMap<>();
              flatten("", section, fields);
              return fields;
            });
  }

  private static void flatten(String path, Value value, Map<String, String> fields) {
    switch (value) {
      case Value.Scalar scalar -> fields.put(path, scalar.text());
      case Value.Mapping mapping ->
          mapping
              .entries()
              .forEach((name, entry) -> flatten(KeyNode.join(path, name), entry, fields));
      case Value.Sequence sequence ->
          sequence
              .items()
              .forEach((index, item) -> flatten(path + "[" + index + "]", item, fields));
    }
  }

  private Optional<Value.Mapping> section() {
    return value instanceof Value.Mapping mapping
        ? Optional.of(mapping)
        : refuse("not a section", "keys with values");
  }

  /** Reads it as this type only to find out whether it fits. */
  void check(KeyType type) {
    switch (type) {
      case TEXT -> text();
      case BOOLEAN -> flag();
      case INTEGER -> integer();
      case DURATION -> duration();
      case SIZE -> bytes();
      case TEXTS -> texts();
      case HEADERS -> headers();
      case LISTS -> lists();
      case MAP, SECTION, CHOICE -> section();
    }
  }

  /** Says that the value breaks a rule. */
  <T> Optional<T> wrong(String expected) {
    return wrong(value instanceof Value.Scalar scalar ? scalar.text() : "", expected, "");
  }

  /** Says that one of the texts breaks a rule, and which one of these was probably meant. */
  <T> Optional<T> wrong(String text, String expected, String hint) {
    findings.problem(
        source(),
        path
            + ": "
            + Masked.quote(text, secret)
            + " is not allowed (expected: "
            + expected
            + ")"
            + hint);
    return Optional.empty();
  }

  void warn(String message) {
    findings.warning(source(), path + message);
  }

  private Optional<Value.Scalar> scalar(String expected) {
    return switch (value) {
      case Value.Scalar scalar -> Optional.of(scalar);
      case Value.Mapping mapping -> refuse("a section", expected);
      case Value.Sequence sequence -> refuse("a list", expected);
    };
  }

  private <T> Optional<T> refuse(String is, String expected) {
    findings.problem(source(), path + IS + is + " (expected: " + expected + ")");
    return Optional.empty();
  }

  private Given at(String below, Value child) {
    return new Given(path + below, child, secret, findings);
  }
}
