package io.stowage.registry.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.stowage.registry.oci.RepositoryName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryPatternTest {
  private static final Identity ALICE = new Identity("alice");

  @ParameterizedTest
  @CsvSource({
    "**, a",
    "**, a/b/c",
    "a, a",
    "*, a",
    "a/*, a/b",
    "a/**, a/b",
    "a/**, a/b/c",
    "**/b, b",
    "**/b, x/y/b",
    "a/**/b, a/b",
    "a/**/b, a/x/y/b",
    "a/**/b/*, a/b/x/b/y",
    "team-*, team-web",
    "*-web, team-web",
    "t*m-*b, team-web",
    "?pp, app",
    "${user}/**, alice/app",
    "${user}, alice",
    "teams/${user}/*, teams/alice/app",
    "**/**, a/b",
    "UPPER/*, UPPER/app"
  })
  void matches_describedName_isTrue(String pattern, String name) {
    assertThat(new RepositoryPattern(pattern).matches(new RepositoryName(name), ALICE)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "a, b",
    "a, a/b",
    "a, ab",
    "*, a/b",
    "a/*, a",
    "a/**, a",
    "a/**, ab/c",
    "**/b, b/c",
    "a/**/b, a/c",
    "?pp, pp",
    "team-*, team",
    "${user}/**, alicia/app",
    "${user}/**, alice",
    "${user}/**, bob/alice",
    "upper/*, UPPER/app"
  })
  void matches_otherName_isFalse(String pattern, String name) {
    assertThat(new RepositoryPattern(pattern).matches(new RepositoryName(name), ALICE)).isFalse();
  }

  /** A name is never read as a pattern, nor as a part of the path of others. */
  @ParameterizedTest
  @ValueSource(strings = {"*", "**", "a/b", "", "${user}", "a*"})
  void matches_userNameThatLooksLikeAPattern_describesNothingElse(String user) {
    RepositoryPattern own = new RepositoryPattern("${user}/**");

    assertThat(own.matches(new RepositoryName("a/b/c"), new Identity(user))).isFalse();
  }

  /** A regular expression would take longer than the test suite may. */
  @ParameterizedTest
  @CsvSource({"a, *a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b", "a/, **/a/**/a/**/a/**/a/**/a/**/a/**/b"})
  void az4_matches_manyWildcards_takesNoTimeToSpeakOf(String unit, String pattern) {
    String name = unit.repeat(120) + "a";

    assertThat(new RepositoryPattern(pattern).matches(new RepositoryName(name), ALICE)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "/", "a//b", "/a", "a/", "a**", "**a", "***", "a b", "${user}x", "$", "a\\b"})
  void new_malformedPattern_isRefused(String pattern) {
    assertThat(RepositoryPattern.isValid(pattern)).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RepositoryPattern(pattern))
        .withMessageContaining("expected: components joined by '/'");
  }
}
