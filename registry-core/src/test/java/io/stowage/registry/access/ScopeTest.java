package io.stowage.registry.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stowage.registry.error.RegistryError;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScopeTest {
  @Test
  void parse_patternAndActions_isBoth() {
    Scope scope = Scope.parse("team/**:push,pull, tag-overwrite");

    assertThat(scope.repositories()).isEqualTo(new RepositoryPattern("team/**"));
    assertThat(scope.actions())
        .containsExactlyInAnyOrder(Action.PULL, Action.PUSH, Action.TAG_OVERWRITE);
    assertThat(scope).hasToString("team/**:pull,push,tag-overwrite");
    assertThat(Scope.parse("${user}/*:admin")).hasToString("${user}/*:admin");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "team; scope: team (expected: PATTERN:ACTIONS, as in team/**:pull,push)",
        "'';   scope:  (expected: PATTERN:ACTIONS, as in team/**:pull,push)",
        "a**:pull; scope: a**:pull: pattern a** (expected: components joined by",
        ":pull; scope: :pull: pattern  (expected: components joined by",
        "a:pul; scope: a:pul: action pul (expected: some of pull,push,tag-overwrite,delete,",
        "a:; scope: a:: action  (expected: some of pull,push",
        "a:ping; scope: a:ping: action ping (expected: some of pull,push",
        "a:PULL; scope: a:PULL: action PULL (expected: some of pull,push"
      })
  void parse_malformed_isRefusedWithTextAndRule(String text, String message) {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> Scope.parse(text))
        .withMessageStartingWith(message);
  }

  @Test
  void rule_fitsIntoAnError() {
    assertThat(Scope.RULE).hasSizeLessThan(RegistryError.MAX_ECHO);
  }

  @Test
  void scope_withoutActions_isRefused() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> new Scope(RepositoryPattern.ALL, Set.of()));
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> new Scope(RepositoryPattern.ALL, Set.of(Action.PUBLIC)));
  }
}
