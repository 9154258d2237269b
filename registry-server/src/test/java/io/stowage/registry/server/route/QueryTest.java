package io.stowage.registry.server.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class QueryTest {
  @Test
  void first_ofSeveral_isTheFirst() {
    Query query = Query.parse("tag=a&tag=b&x=1&tag=c");

    assertThat(query.first("tag")).contains("a");
    assertThat(query.all("tag")).containsExactly("a", "b", "c");
    assertThat(query.first("y")).isEmpty();
    assertThat(query.all("y")).isEmpty();
  }

  @Test
  void parse_nothing_hasNoParameters() {
    assertThat(Query.parse("").first("")).isEmpty();
    assertThat(Query.parse("&&").first("")).isEmpty();
  }

  @Test
  void parse_escapes_areDecodedOnceInNamesAndValues() {
    Query query = Query.parse("%61=%2561&b=x+y%2Bz&c=d=e&f&g=&digest=sha256%3Aabc");

    assertThat(query.first("a")).contains("%61");
    assertThat(query.first("b")).contains("x y+z");
    assertThat(query.first("c")).contains("d=e");
    assertThat(query.first("f")).contains("");
    assertThat(query.first("g")).contains("");
    assertThat(query.first("digest")).contains("sha256:abc");
  }

  @Test
  void first_otherCase_isAnotherName() {
    assertThat(Query.parse("N=1").first("n")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a=%", "a=%2", "a=%zz", "%=a", "a=%ff", "a=%c0%ae", "a=\u00e9", "b=1&a=%ed%a0%80"})
  void parse_malformedEscape_isRejected(String raw) {
    RegistryException rejection =
        catchThrowableOfType(RegistryException.class, () -> Query.parse(raw));

    assertThat(rejection.errors()).singleElement().isInstanceOf(RegistryError.RequestInvalid.class);
  }

  @Test
  void limit_withoutNumber_isTheDefault() {
    assertThat(Query.parse("last=a").limit(100, 1000)).isEqualTo(100);
    assertThat(Query.parse("n=").limit(100, 1000)).isEqualTo(100);
  }

  @Test
  void limit_number_isClamped_RE1() {
    assertThat(Query.parse("n=0").limit(100, 1000)).isZero();
    assertThat(Query.parse("n=7").limit(100, 1000)).isEqualTo(7);
    assertThat(Query.parse("n=007").limit(100, 1000)).isEqualTo(7);
    assertThat(Query.parse("n=1001").limit(100, 1000)).isEqualTo(1000);
    assertThat(Query.parse("n=1000000000").limit(100, 1000)).isEqualTo(1000);
    assertThat(Query.parse("n=2147483647").limit(100, 1000)).isEqualTo(1000);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1",
        "-0",
        "%2B5",
        "+5",
        "5+",
        "abc",
        "1e20",
        "1.0",
        "0x10",
        "2147483648",
        "9223372036854775808",
        "99999999999999999999999",
        "%D9%A3",
        "%EF%BC%95",
        "5%00",
        "null"
      })
  void limit_noWholeNumber_isRejectedWithTheValue_RE1(String n) {
    Query query = Query.parse("n=" + n);
    RegistryException rejection =
        catchThrowableOfType(RegistryException.class, () -> query.limit(100, 1000));

    assertThat(rejection.errors())
        .containsExactly(new RegistryError.PaginationNumberInvalid(query.first("n").orElseThrow()));
  }

  @Property
  void parse_anyText_givesAQueryOrAnAnswerForTheClient(@ForAll("raws") String raw) {
    try {
      Query query = Query.parse(raw);
      assertThat(query.limit(10, 100)).isBetween(0, 100);
    } catch (RegistryException e) {
      assertThat(e.errors()).hasSize(1);
    }
  }

  @Property
  void first_whatWasEncoded_isTheSame(@ForAll("values") String value) {
    Query query = Query.parse("a=b&last=" + Percent.encode(value) + "&n=1");

    assertThat(query.first("last")).contains(value);
    assertThat(query.all("n")).isEqualTo(List.of("1"));
  }

  @Property
  void limit_anyNumber_isAtMostTheLargest(@ForAll @IntRange(min = 0) int n) {
    assertThat(Query.parse("n=" + n).limit(10, 500)).isEqualTo(Math.min(n, 500));
  }

  @Provide
  Arbitrary<String> raws() {
    return Arbitraries.oneOf(
        Arbitraries.strings(),
        Arbitraries.of("n", "=", "&", "1", "-", "%", "%31", "%ff", "+", "last", "a", "\u00e9")
            .list()
            .ofMaxSize(10)
            .map(parts -> String.join("", parts)));
  }

  @Provide
  Arbitrary<String> values() {
    return Arbitraries.strings().ascii().ofMaxLength(20);
  }
}
