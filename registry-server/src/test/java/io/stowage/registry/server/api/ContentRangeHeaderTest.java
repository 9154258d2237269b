package io.stowage.registry.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.ByteRange;
import io.stowage.registry.server.http.Headers;
import java.util.Optional;
import java.util.OptionalLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ContentRangeHeaderTest {
  @Test
  void of_withoutHeader_isEmpty() {
    assertThat(ContentRangeHeader.of(Requests.put(Headers.EMPTY, OptionalLong.of(5)))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"5-9", "bytes 5-9/10", "bytes 5-9/*", "bytes=5-9", "bytes 5-9", " 5-9 ", "05-9"})
  void of_eachForm_isTheRange(String header) {
    assertThat(of(header, OptionalLong.of(5))).contains(new ByteRange(5, 9));
    assertThat(of(header, OptionalLong.empty())).contains(new ByteRange(5, 9));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "bytes",
        "5",
        "-5",
        "5-",
        "9-5",
        "a-b",
        "-1-5",
        "5-9-",
        "5-9/",
        "5-9/a",
        "bytes */10",
        "bytes 5-9/9",
        "bytes 5-9/5",
        "bytes 5-9/0",
        "items 5-9/10",
        "5-9,10-14",
        "0-9999999999999999999",
        "99999999999999999999999-5",
        "\u00b2-\u00b3"
      })
  void of_noRange_isRejectedWithValueAndRule(String header) {
    RegistryException rejection =
        catchThrowableOfType(RegistryException.class, () -> of(header, OptionalLong.empty()));

    assertThat(rejection.errors())
        .singleElement()
        .isInstanceOfSatisfying(
            RegistryError.RangeMalformed.class,
            error -> assertThat(error.range()).isEqualTo(header));
  }

  @Test
  void of_lengthThatIsNotTheBodys_isRejectedWithBoth() {
    RegistryException rejection =
        catchThrowableOfType(RegistryException.class, () -> of("5-9", OptionalLong.of(4)));

    assertThat(rejection.errors()).containsExactly(new RegistryError.SizeInvalid(5, 4));
  }

  @Test
  void of_emptyChunkAtTheEnd_namesNoRange() {
    assertThat(of("10-9", OptionalLong.of(0))).isEmpty();
  }

  @Test
  void of_backwardsWithABody_isRejected() {
    for (OptionalLong length : new OptionalLong[] {OptionalLong.of(1), OptionalLong.empty()}) {
      assertThat(catchThrowableOfType(RegistryException.class, () -> of("10-9", length)))
          .isNotNull();
    }
  }

  @Property
  void of_anyText_givesARangeOrAnAnswerForTheClient(@ForAll("texts") String text) {
    try {
      of(text, OptionalLong.empty()).ifPresent(range -> assertThat(range.length()).isPositive());
    } catch (RegistryException e) {
      assertThat(e.errors()).singleElement().isInstanceOf(RegistryError.RangeMalformed.class);
    }
  }

  @Provide
  Arbitrary<String> texts() {
    Arbitrary<String> rangeLike = Arbitraries.strings().withChars("0129-/* ").ofMaxLength(25);
    return Arbitraries.oneOf(
        Arbitraries.strings()
            .ascii()
            .filter(text -> text.chars().allMatch(c -> c >= ' ' && c < 0x7f)),
        rangeLike,
        rangeLike.map("bytes "::concat));
  }

  private static Optional<ByteRange> of(String header, OptionalLong contentLength) {
    return ContentRangeHeader.of(Requests.put(Headers.of("Content-Range", header), contentLength));
  }
}
