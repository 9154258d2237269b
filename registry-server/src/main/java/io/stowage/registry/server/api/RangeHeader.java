package io.stowage.registry.server.api;

import io.stowage.registry.oci.ByteRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The {@code Range} of a request (RFC 9110, section 14.2), resolved against a length. What is no
 * byte range, asks for too many ranges, or for a part of nothing, is ignored, as the RFC permits:
 * the answer is then the whole content. Ranges that overlap are coalesced, so that no answer has
 * more bytes than the content.
 */
sealed interface RangeHeader {
  /** No range asked for, or none that counts. */
  record Whole() implements RangeHeader {}

  /** No byte of the content is in any of the ranges. */
  record Unsatisfiable() implements RangeHeader {}

  /** At least one range, in the order asked for, each within the content. */
  record Parts(List<ByteRange> ranges) implements RangeHeader {
    public Parts {
      ranges = List.copyOf(ranges);
    }
  }

  /**
   * Reads a header.
   *
   * @param size of the content, in bytes
   * @param most how many ranges are answered; if more are asked for, none counts
   */
  static RangeHeader parse(String header, long size, int most) {
    String value = header.strip();
    if (size == 0 || !value.regionMatches(true, 0, "bytes=", 0, 6)) {
      return new Whole();
    }
    List<String> specs = elements(value.substring(6));
    if (specs.isEmpty() || specs.size() > most) {
      return new Whole();
    }
    List<ByteRange> ranges = new ArrayList<>(specs.size());
    for (String spec : specs) {
      Optional<Spec> parsed = Spec.parse(spec);
      if (parsed.isEmpty()) {
        return new Whole();
      }
      parsed.get().within(size).ifPresent(ranges::add);
    }
    if (ranges.isEmpty()) {
      return new Unsatisfiable();
    }
    return overlap(ranges) ? coalesced(ranges) : new Parts(ranges);
  }

  /** The elements of a list, of which empty ones are passed over (RFC 9110, section 5.6.1). */
  private static List<String> elements(String list) {
    return Arrays.stream(list.split(",", -1))
        .map(String::strip)
        .filter(element -> !element.isEmpty())
        .toList();
  }

  private static boolean overlap(List<ByteRange> ranges) {
    List<ByteRange> sorted = sorted(ranges);
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).first() <= sorted.get(i - 1).last()) {
        return true;
      }
    }
    return false;
  }

  private static RangeHeader coalesced(List<ByteRange> ranges) {
    List<ByteRange> merged = new ArrayList<>();
    for (ByteRange range : sorted(ranges)) {
      ByteRange last = merged.isEmpty() ? null : merged.getLast();
      if (last == null || range.first() > last.last() + 1) {
        merged.add(range);
      } else if (range.last() > last.last()) {
        merged.set(merged.size() - 1, new ByteRange(last.first(), range.last()));
      }
    }
    return new Parts(merged);
  }

  private static List<ByteRange> sorted(List<ByteRange> ranges) {
    return ranges.stream().sorted(Comparator.comparingLong(ByteRange::first)).toList();
  }

  /**
   * One range as written.
   *
   * @param first of the range, or -1 for a suffix
   * @param last of the range, the length of a suffix, or -1 if it is open
   */
  record Spec(long first, long last) {
    /** They count for nothing, however many there are (RFC 9110, section 14.1.1). */
    private static final Pattern LEADING_ZEROS = Pattern.compile("^0+(?=[0-9])");

    static Optional<Spec> parse(String text) {
      int dash = text.indexOf('-');
      if (dash < 0) {
        return Optional.empty();
      }
      Optional<Long> first = number(text.substring(0, dash));
      Optional<Long> last = number(text.substring(dash + 1));
      if (first.isEmpty() || last.isEmpty() || (first.get() < 0 && last.get() < 0)) {
        return Optional.empty();
      }
      return Optional.of(new Spec(first.get(), last.get()));
    }

    /** Empty if the range has no byte of the content, also because it runs backwards. */
    Optional<ByteRange> within(long size) {
      long from = first < 0 ? Math.max(0, size - last) : first;
      long to = first < 0 || last < 0 ? size - 1 : Math.min(last, size - 1);
      return from > to ? Optional.empty() : Optional.of(new ByteRange(from, to));
    }

    /** A number of digits only; -1 if the text is empty. What no long can hold is the largest. */
    private static Optional<Long> number(String text) {
      if (text.isEmpty()) {
        return Optional.of(-1L);
      }
      if (!text.chars().allMatch(c -> c >= '0' && c <= '9')) {
        return Optional.empty();
      }
      String digits = LEADING_ZEROS.matcher(text).replaceFirst("");
      return Optional.of(digits.length() > 18 ? Long.MAX_VALUE : Long.parseLong(digits));
    }
  }
}
