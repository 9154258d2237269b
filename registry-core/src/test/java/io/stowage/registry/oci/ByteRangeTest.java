package io.stowage.registry.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ByteRangeTest {
  @Test
  void length_bothEndsInclusive_countsThem() {
    assertThat(new ByteRange(0, 0).length()).isEqualTo(1);
    assertThat(new ByteRange(5, 9).length()).isEqualTo(5);
    assertThat(new ByteRange(5, 9)).hasToString("5-9");
  }

  @ParameterizedTest
  @CsvSource({"-1,0", "1,0", "0,-1", "0,9223372036854775807"})
  void construct_noRange_isABug(long first, long last) {
    assertThatIllegalArgumentException().isThrownBy(() -> new ByteRange(first, last));
  }

  @Property
  void construct_anyNumbers_givesAtLeastOneByteOrIsABug(@ForAll long first, @ForAll long last) {
    try {
      assertThat(new ByteRange(first, last).length()).isPositive();
    } catch (IllegalArgumentException e) {
      assertThat(first < 0 || last < first || last == Long.MAX_VALUE).isTrue();
    }
  }
}
