package io.stowage.registry.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Durations, sizes, numbers and patterns as Go writes them. */
class GoTextsTest {
  @ParameterizedTest
  @CsvSource({
    "0, PT0S",
    "10s, PT10S",
    "168h, PT168H",
    "1h30m, PT1H30M",
    "1.5h, PT1H30M",
    "100ms, PT0.1S",
    ".5s, PT0.5S",
    "1us2ns, PT0.000001002S",
    "3µs, PT0.000003S",
    "-2m, PT-2M",
    "+2m, PT2M"
  })
  void duration_ofGo_isUnderstood(String written, Duration duration) {
    assertThat(GoDuration.parse(written)).contains(duration);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "10", "s", "1d", "1 s", "1h 2m", ".s", "1..5s", "9999999h", "1e3s", "--1s"})
  void duration_otherText_isNone(String written) {
    assertThat(GoDuration.parse(written)).isEmpty();
  }

  @Property
  void duration_written_isReadAgain(@ForAll @LongRange(min = Long.MIN_VALUE + 1) long nanos) {
    Duration duration = Duration.ofNanos(nanos);

    assertThat(GoDuration.parse(GoDuration.format(duration))).contains(duration);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "512, 512",
    "4MiB, 4194304",
    "4 mib, 4194304",
    "1KiB, 1024",
    "2GiB, 2147483648",
    "7B, 7"
  })
  void size_bytesOrUnits_isUnderstood(String written, long bytes) {
    assertThat(ByteSize.parse(written)).contains(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "4MB", "4M", "1.5MiB", "999999999999999GiB", "MiB"})
  void size_otherText_isNone(String written) {
    assertThat(ByteSize.parse(written)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "-5, -5",
    "+5, 5",
    "1_000, 1000",
    "0x1F, 31",
    "0b101, 5",
    "010, 8",
    "0o10, 8"
  })
  void integer_ofYaml_isUnderstood(String written, long number) {
    assertThat(Integers.parse(written)).contains(number);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "-", "a", "1.0", "1:30", "99999999999999999999", "0x", "08", "0x-1", "- 1"})
  void integer_otherText_isNone(String written) {
    assertThat(Integers.parse(written)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "'^https?://a/', 'https://a/b', true",
    "'(?P<host>a)/', 'x a/', true",
    "'^[[:alpha:]]+$', 'abc', true",
    "'^[[:alpha:]]+$', 'a:c', false",
    "'^[[:^digit:]]$', '7', false",
    "'^[a[]$', '[', true",
    "'^[]a]$', ']', true",
    "'^[^]a]$', ']', false",
    "'^[a&&b]$', '&', true",
    "'^[\\]]$', ']', true",
    "'\\.example\\.com$', 'https://r.example.com', true",
    "'(?i)ABC', 'abc', true"
  })
  void pattern_ofGo_findsWhatItFindsThere(String go, String text, boolean found) {
    assertThat(GoPattern.compile(go).matcher(text).find()).isEqualTo(found);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a(b", "[a", "(?=a)", "(?<!a)", "(a)\\1", "a++", "*", "[[:nope:]]", "\\"})
  void pattern_goRefuses_isRefused(String go) {
    assertThatThrownBy(() -> GoPattern.compile(go)).isInstanceOf(PatternSyntaxException.class);
  }

  @Test
  void urls_patternThatNeverEnds_refusesTheUrl() {
    UrlPolicy allow = new UrlPolicy(List.of(Pattern.compile(".*.*.*.*.*.*.*.*c")), List.of());
    UrlPolicy deny = new UrlPolicy(List.of(), List.of(Pattern.compile(".*.*.*.*.*.*.*.*c")));

    assertThat(allow.permits("a".repeat(200))).isFalse();
    assertThat(deny.permits("a".repeat(200))).isFalse();
    assertThat(deny.permits("b")).isTrue();
  }

  @Test
  void urls_longerThanTheBound_areRefusedUnderAPolicyOnly() {
    String url = "https://a/" + "x".repeat(5000);

    assertThat(new UrlPolicy(List.of(Pattern.compile("a")), List.of()).permits(url)).isFalse();
    assertThat(UrlPolicy.ANY.permits(url)).isTrue();
  }
}
