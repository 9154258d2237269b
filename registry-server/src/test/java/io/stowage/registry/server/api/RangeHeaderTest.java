package io.stowage.registry.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.oci.ByteRange;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All contents are 600 bytes long unless a test says otherwise. */
final class RangeHeaderTest {
  private static final int MOST = 16;
  private static final String HUGE = "99999999999999999999999999999999";

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0-0",
    "bytes=0-9, 0-9",
    "bytes=5-, 5-599",
    "bytes=0-, 0-599",
    "bytes=599-, 599-599",
    "bytes=-5, 595-599",
    "bytes=-600, 0-599",
    "bytes=-601, 0-599",
    "bytes=590-1000, 590-599",
    "BYTES=0-9, 0-9",
    "bytes= 0-9, 0-9",
    "bytes=00-009, 0-9",
    "bytes=00000000000000000000-00000000000000000009, 0-9",
    "bytes=-00000000000000000005, 595-599",
    "bytes=0-9223372036854775807, 0-599",
    "bytes=0-" + HUGE + ", 0-599",
    "bytes=-" + HUGE + ", 0-599"
  })
  void parse_singleRange_isThatPart_PF19(String header, String range) {
    assertThat(parse(header)).isEqualTo(parts(range));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bytes=600-",
        "bytes=9-0",
        "bytes=600-700",
        "bytes=-0",
        "bytes=600-,700-",
        "bytes=9223372036854775807-",
        "bytes=" + HUGE + "-",
        "bytes=" + HUGE + "-" + HUGE
      })
  void parse_nothingOfTheContent_isUnsatisfiable_PF19(String header) {
    assertThat(parse(header)).isEqualTo(new RangeHeader.Unsatisfiable());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes",
        "bytes=",
        "bytes=,",
        "bytes=-",
        "bytes=a-b",
        "bytes=1",
        "bytes=--1",
        "bytes=0--1",
        "bytes=+0-9",
        "bytes=0-9-10",
        "bytes=0 -9",
        "bytes=0x0-9",
        "bytes=\u0660-\u0669",
        "bytes=0-9,x",
        "bytes 0-9",
        "lines=0-9",
        "0-9"
      })
  void parse_noByteRange_isIgnored_PF19(String header) {
    assertThat(parse(header)).isEqualTo(new RangeHeader.Whole());
  }

  @Test
  void parse_severalApart_areInTheOrderAskedFor() {
    assertThat(parse("bytes=100-109, 0-9 ,-1")).isEqualTo(parts("100-109", "0-9", "599-599"));
  }

  @Test
  void parse_someBeyondTheEnd_leavesThoseWithin() {
    assertThat(parse("bytes=0-9,600-,700-800")).isEqualTo(parts("0-9"));
  }

  @Test
  void parse_emptyElementsOfTheList_arePassedOver() {
    assertThat(parse("bytes=,0-9, ,20-29,")).isEqualTo(parts("0-9", "20-29"));
  }

  @Test
  void parse_overlapping_isCoalesced_PF19() {
    assertThat(parse("bytes=50-100,0-60,200-")).isEqualTo(parts("0-100", "200-599"));
    assertThat(parse("bytes=0-,0-,0-,0-")).isEqualTo(parts("0-599"));
    assertThat(parse("bytes=0-500,10-20,30-40")).isEqualTo(parts("0-500"));
  }

  @Test
  void parse_16Ranges_isTheMostThatIsAnswered_PF19() {
    assertThat(parse(ranges(16))).isInstanceOf(RangeHeader.Parts.class);
    assertThat(parse(ranges(17))).isEqualTo(new RangeHeader.Whole());
    assertThat(parse("bytes=" + "0-,".repeat(999) + "0-")).isEqualTo(new RangeHeader.Whole());
  }

  /** As distribution does it: some clients add a range to all they ask for. */
  @ParameterizedTest
  @ValueSource(strings = {"bytes=0-", "bytes=0-0", "bytes=-5", "bytes=1-", "bytes=-0"})
  void parse_emptyContent_isWhole(String header) {
    assertThat(RangeHeader.parse(header, 0, MOST)).isEqualTo(new RangeHeader.Whole());
  }

  @Property
  void parse_anyHeader_neverAnswersMoreThanTheContent_PF19(
      @ForAll("headers") String header, @ForAll @LongRange(min = 0, max = 40) long size) {
    switch (RangeHeader.parse(header, size, MOST)) {
      case RangeHeader.Whole _, RangeHeader.Unsatisfiable _ -> {}
      case RangeHeader.Parts(List<ByteRange> ranges) -> {
        assertThat(ranges).isNotEmpty().hasSizeLessThanOrEqualTo(MOST);
        assertThat(ranges).allMatch(range -> range.last() < size);
        assertThat(ranges.stream().mapToLong(ByteRange::length).sum()).isLessThanOrEqualTo(size);
      }
    }
  }

  @Property
  void parse_validRanges_coverExactlyTheBytesAskedFor(@ForAll("specs") List<ByteRange> specs) {
    String header =
        specs.stream().map(ByteRange::toString).collect(Collectors.joining(",", "bytes=", ""));
    List<Long> wanted =
        specs.stream().flatMap(spec -> bytes(spec, 30).stream()).distinct().sorted().toList();

    switch (RangeHeader.parse(header, 30, MOST)) {
      case RangeHeader.Whole _ -> throw new AssertionError("ignored: " + header);
      case RangeHeader.Unsatisfiable _ -> assertThat(wanted).isEmpty();
      case RangeHeader.Parts(List<ByteRange> ranges) ->
          assertThat(ranges.stream().flatMap(range -> bytes(range, 30).stream()).sorted())
              .isEqualTo(wanted);
    }
  }

  @Provide
  Arbitrary<String> headers() {
    return Arbitraries.oneOf(
        Arbitraries.strings(),
        Arbitraries.strings().withChars("0123456789-, x").ofMaxLength(40).map("bytes="::concat),
        Arbitraries.strings().withChars("0123-,").ofMaxLength(20).map("bytes="::concat));
  }

  @Provide
  Arbitrary<List<ByteRange>> specs() {
    Arbitrary<Long> ends = Arbitraries.longs().between(0, 40);
    return ends.flatMap(
            first -> Arbitraries.longs().between(first, 45).map(last -> new ByteRange(first, last)))
        .list()
        .ofMinSize(1)
        .ofMaxSize(MOST);
  }

  private static List<Long> bytes(ByteRange range, long size) {
    List<Long> bytes = new ArrayList<>();
    for (long at = range.first(); at <= range.last() && at < size; at++) {
      bytes.add(at);
    }
    return bytes;
  }

  private static String ranges(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> 10 * i + "-" + (10 * i + 1))
        .collect(Collectors.joining(",", "bytes=", ""));
  }

  private static RangeHeader parse(String header) {
    return RangeHeader.parse(header, 600, MOST);
  }

  private static RangeHeader parts(String... ranges) {
    List<ByteRange> parts = new ArrayList<>();
    for (String range : ranges) {
      int dash = range.indexOf('-');
      parts.add(
          new ByteRange(
              Long.parseLong(range.substring(0, dash)), Long.parseLong(range.substring(dash + 1))));
    }
    return new RangeHeader.Parts(parts);
  }
}
