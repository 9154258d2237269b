package io.stowage.registry.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.server.http.Headers;
import io.stowage.registry.storage.TagCondition;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ConditionsTest {
  private static final Digest DIGEST = Digest.parse("sha256:" + "a".repeat(64));
  private static final Digest OTHER = Digest.parse("sha256:" + "b".repeat(64));

  @Test
  void entityTag_ofADigest_isTheDigestInQuotes() {
    assertThat(Conditions.entityTag(DIGEST)).isEqualTo("\"" + DIGEST + "\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"%s\"", "%s", "W/\"%s\"", "*", "\"x\", \"%s\"", " , \"%s\" ,", "%s,x"})
  void isNotModified_oneOfTheTags_isTrue(String form) {
    assertThat(Conditions.isNotModified(ifNoneMatch(form.formatted(DIGEST)), DIGEST)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "\"\"", "\"x\"", "\"*\"", "W/*", "\"", "W/", "\"%s", "%s\"", "sha256"})
  void isNotModified_noneOfTheTags_isFalse(String form) {
    assertThat(Conditions.isNotModified(ifNoneMatch(form.formatted(DIGEST)), DIGEST)).isFalse();
    assertThat(Conditions.isNotModified(ifNoneMatch("\"" + OTHER + "\""), DIGEST)).isFalse();
  }

  @Test
  void isNotModified_secondField_counts() {
    Headers headers =
        Headers.builder()
            .add("If-None-Match", "\"x\"")
            .add("if-none-match", "\"" + DIGEST + "\"")
            .build();

    assertThat(Conditions.isNotModified(headers, DIGEST)).isTrue();
    assertThat(Conditions.isNotModified(Headers.EMPTY, DIGEST)).isFalse();
  }

  @Test
  void rangeApplies_onlyForAStrongTagOfThisContent() {
    assertThat(Conditions.rangeApplies(Headers.EMPTY, DIGEST)).isTrue();
    assertThat(Conditions.rangeApplies(ifRange("\"" + DIGEST + "\""), DIGEST)).isTrue();
    assertThat(Conditions.rangeApplies(ifRange("\"" + OTHER + "\""), DIGEST)).isFalse();
    assertThat(Conditions.rangeApplies(ifRange("W/\"" + DIGEST + "\""), DIGEST)).isFalse();
    assertThat(Conditions.rangeApplies(ifRange("Mon, 23 Nov 2026 00:00:00 GMT"), DIGEST)).isFalse();
  }

  @Test
  void tagCondition_withoutFields_isNone() {
    assertThat(Conditions.tagCondition(Headers.EMPTY)).isEqualTo(TagCondition.NONE);
  }

  @Test
  void tagCondition_ifNoneMatchAny_isAbsent() {
    assertThat(Conditions.tagCondition(ifNoneMatch("*"))).isEqualTo(new TagCondition.Absent());
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"%s\"", "%s", " \"%s\" ,"})
  void tagCondition_ifMatch_isOnThatManifest(String form) {
    assertThat(Conditions.tagCondition(ifMatch(form.formatted(DIGEST))))
        .isEqualTo(new TagCondition.On(DIGEST));
  }

  @ParameterizedTest
  @ValueSource(strings = {"*", "\"x\"", "W/\"%s\"", "\"%s\", \"%s\"", "\"*\""})
  void tagCondition_ifMatchThatNamesNoOneManifest_isRejected(String form) {
    assertRejected(ifMatch(form.replace("%s", DIGEST.toString())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"*\"", "W/*", "\"x\"", "*, \"x\"", "\"%s\""})
  void tagCondition_ifNoneMatchOtherThanAny_isRejected(String form) {
    assertRejected(ifNoneMatch(form.formatted(DIGEST)));
  }

  @Test
  void tagCondition_bothFields_isRejected() {
    assertRejected(
        Headers.builder().add("If-Match", "\"" + DIGEST + "\"").add("If-None-Match", "*").build());
  }

  @Property
  void tagCondition_anyText_givesAConditionOrAnAnswerForTheClient(@ForAll("texts") String text) {
    for (Headers headers : new Headers[] {ifMatch(text), ifNoneMatch(text)}) {
      try {
        assertThat(Conditions.tagCondition(headers)).isNotNull();
      } catch (RegistryException e) {
        assertThat(e.errors()).singleElement().isInstanceOf(RegistryError.RequestInvalid.class);
      }
      Conditions.isNotModified(headers, DIGEST);
      Conditions.rangeApplies(headers, DIGEST);
    }
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of("\"", "*", "W/", ",", " ", "x", DIGEST.toString(), "\u00e9", "/")
        .list()
        .ofMaxSize(8)
        .map(parts -> String.join("", parts));
  }

  private static void assertRejected(Headers headers) {
    RegistryException rejection =
        catchThrowableOfType(RegistryException.class, () -> Conditions.tagCondition(headers));

    assertThat(rejection.errors()).singleElement().isInstanceOf(RegistryError.RequestInvalid.class);
  }

  private static Headers ifMatch(String value) {
    return Headers.of("If-Match", value);
  }

  private static Headers ifNoneMatch(String value) {
    return Headers.of("If-None-Match", value);
  }

  private static Headers ifRange(String value) {
    return Headers.of("If-Range", value);
  }
}
