package io.stowage.registry.server.api;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.ByteRange;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.server.http.Headers;
import io.stowage.registry.storage.TagCondition;
import io.stowage.registry.testkit.fuzz.Corpus;
import io.stowage.registry.testkit.fuzz.FuzzRun;
import io.stowage.registry.testkit.fuzz.Mutator;
import java.math.BigInteger;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Any value of a header that says which bytes or which content is meant. */
class HeaderFuzzTest {
  private static final int MAX_RANGES = 16;

  private static final Digest DIGEST = Digest.parse("sha256:" + "a".repeat(64));

  @Test
  void range_anyValue_staysWithinTheContent_PF19() throws Exception {
    Corpus ranges =
        Corpus.of("bytes=0-0", "bytes=2-", "bytes=-3", "bytes=0-1,4-5 , 7-", "bytes=5-9, 0-6,-1")
            .withWords("bytes=", "-", ",", "--", "0-", "-0", ", ,", "-9223372036854775807");

    FuzzRun.of("range", new Mutator(ranges))
        .against(input -> isWithin(new String(input, ISO_8859_1)));
  }

  private static boolean isWithin(String header) {
    for (long size : new long[] {0, 1, 10, 1L << 40, Long.MAX_VALUE}) {
      if (RangeHeader.parse(header, size, MAX_RANGES)
          instanceof RangeHeader.Parts(List<ByteRange> ranges)) {
        assertThat(ranges).isNotEmpty().hasSizeLessThanOrEqualTo(MAX_RANGES);
        long bytes = 0;
        for (ByteRange range : ranges) {
          assertThat(range.first()).isBetween(0L, range.last());
          assertThat(range.last()).isLessThan(size);
          bytes = Math.addExact(bytes, range.length());
        }
        assertThat(bytes).isLessThanOrEqualTo(size);
      }
    }
    if (RangeHeader.parse(header, 10, MAX_RANGES)
        instanceof RangeHeader.Parts(List<ByteRange> ranges)) {
      BitSet served = new BitSet();
      ranges.forEach(range -> served.set((int) range.first(), (int) range.last() + 1));
      assertThat(served).isEqualTo(wanted(header, 10));
      return true;
    }
    return false;
  }

  /** The bytes that are asked for, read another way: number by number, of any length. */
  private static BitSet wanted(String header, int size) {
    BitSet bytes = new BitSet();
    Matcher specs = Pattern.compile("([0-9]*)-([0-9]*)").matcher(header);
    while (specs.find()) {
      boolean suffix = specs.group(1).isEmpty();
      BigInteger end = BigInteger.valueOf(size - 1L);
      BigInteger last =
          suffix || specs.group(2).isEmpty() ? end : new BigInteger(specs.group(2)).min(end);
      BigInteger first =
          suffix
              ? BigInteger.valueOf(size).subtract(new BigInteger(specs.group(2)))
              : new BigInteger(specs.group(1));
      if (first.compareTo(last) <= 0) {
        bytes.set(first.max(BigInteger.ZERO).intValueExact(), last.intValueExact() + 1);
      }
    }
    return bytes;
  }

  @Test
  void contentRange_anyValue_isOfTheBodyOrRefused() throws Exception {
    Corpus ranges =
        Corpus.of("0-9", "10-19", "bytes 5-14/20", "bytes=0-9/*", "bytes 0-9")
            .withWords("bytes ", "bytes=", "/", "/*", "-");

    FuzzRun.of("content-range", new Mutator(ranges))
        .against(input -> isOfTheBody(new String(input, ISO_8859_1)));
  }

  private static boolean isOfTheBody(String header) {
    Optional<Headers> headers = headers("Content-Range", header);
    if (headers.isEmpty()) {
      return false;
    }
    boolean accepted = false;
    for (OptionalLong length : List.of(OptionalLong.empty(), OptionalLong.of(10))) {
      try {
        ByteRange range = ContentRangeHeader.of(Requests.put(headers.get(), length)).orElseThrow();
        assertThat(range.first()).isBetween(0L, range.last());
        assertThat(length.orElse(range.length())).isEqualTo(range.length());
        assertThat(header).contains(Long.toString(range.last()));
        accepted = true;
      } catch (RegistryException refused) {
        assertThat(refused.errors().getFirst())
            .isInstanceOfAny(RegistryError.RangeMalformed.class, RegistryError.SizeInvalid.class);
      }
    }
    return accepted;
  }

  @Test
  void conditions_anyValue_meanOneContentOrAreRefused() throws Exception {
    Corpus tags =
        Corpus.of("*", "\"" + DIGEST + "\"", DIGEST.toString(), "W/\"" + DIGEST + "\", \"x\"")
            .withWords("W/", "\"", ",", "*", DIGEST.toString());

    FuzzRun.of("conditions", new Mutator(tags))
        .against(input -> isCondition(new String(input, ISO_8859_1)));
  }

  private static boolean isCondition(String value) {
    Optional<Headers> absent = headers("If-None-Match", value);
    Optional<Headers> on = headers("If-Match", value);
    if (absent.isEmpty() || on.isEmpty()) {
      return false;
    }
    if (Conditions.isNotModified(absent.get(), DIGEST)) {
      assertThat(value).containsAnyOf("*", DIGEST.toString());
    }
    try {
      if (Conditions.tagCondition(on.get()) instanceof TagCondition.On(Digest digest)) {
        assertThat(value).contains(digest.toString());
      }
      Conditions.tagCondition(absent.get());
      return true;
    } catch (RegistryException refused) {
      assertThat(refused.errors()).hasExactlyElementsOfTypes(RegistryError.RequestInvalid.class);
      return false;
    }
  }

  /** Empty if the value would never come so far. */
  private static Optional<Headers> headers(String name, String value) {
    try {
      return Optional.of(Headers.of(name, value));
    } catch (IllegalArgumentException controlCharacter) {
      return Optional.empty();
    }
  }
}
