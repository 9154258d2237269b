package io.stowage.registry.auth.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.access.Action;
import io.stowage.registry.oci.RepositoryName;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Scopes as clients write them, and what the claim that they become is good for. */
class ResourceAccessTest {
  private static final RepositoryName APP = new RepositoryName("team/app");

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "repository:team/app:pull; repository:team/app:pull",
        "repository:team/app:pull,push; repository:team/app:pull,push",
        "repository(plugin):team/app:pull; repository:team/app:pull",
        "repository:host.example:5000/team/app:pull; repository:host.example:5000/team/app:pull",
        "registry:catalog:*; registry:catalog:*",
        "repository:a:pull,,push; repository:a:pull,push",
        "repository:a:pull repository:b:*; repository:a:pull repository:b:*",
        "repository:a:pull repository:a:push,pull; repository:a:pull,push"
      })
  void parseScopes_wellFormed_isTakenAndMerged(String scopes, String expected) {
    assertThat(ResourceAccess.parseScopes(List.of(scopes)).toString())
        .isEqualTo("[" + expected.replace(" ", ", ") + "]");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        ":",
        "::",
        "repository",
        "repository:a",
        "repository::pull",
        "repository:a:",
        "repository:a:,",
        "artifact:a:pull",
        "(plugin):a:pull",
        "repository(plugin:a:pull"
      })
  void parseScopes_malformedOrUnknown_isPassedOver(String scope) {
    assertThat(ResourceAccess.parseScopes(List.of(scope, "repository:b:pull")))
        .map(ResourceAccess::toString)
        .containsExactly("repository:b:pull");
  }

  @Test
  void covers_eachWord_isWhatTheProtocolMeansByIt() {
    assertThat(covered("pull")).containsExactly(Action.PULL);
    assertThat(covered("push")).containsExactly(Action.PUSH, Action.TAG_OVERWRITE);
    assertThat(covered("delete")).containsExactly(Action.DELETE);
    assertThat(covered("*"))
        .containsExactly(Action.PULL, Action.PUSH, Action.TAG_OVERWRITE, Action.DELETE);
    assertThat(covered("admin")).isEmpty();
  }

  private static Set<Action> covered(String word) {
    TokenGrant grant =
        new TokenGrant(List.of(new ResourceAccess("repository", "team/app", Set.of(word))));
    Set<Action> covered = EnumSet.noneOf(Action.class);
    for (Action action : Action.values()) {
      if (grant.covers(action, APP)) {
        covered.add(action);
      }
    }
    covered.removeAll(Set.of(Action.PUBLIC, Action.PING));
    return covered;
  }

  @Test
  void az7_scopeOfOneRepository_coversNoOther() {
    TokenGrant grant =
        new TokenGrant(
            List.of(
                new ResourceAccess("repository", "team/app", Set.of("*")),
                new ResourceAccess("registry", "team/other", Set.of("*")),
                new ResourceAccess("other", "team/other", Set.of("*"))));

    for (Action action : List.of(Action.PULL, Action.PUSH, Action.TAG_OVERWRITE, Action.DELETE)) {
      assertThat(grant.covers(action, APP)).isTrue();
      assertThat(grant.covers(action, new RepositoryName("team/other"))).isFalse();
      assertThat(grant.covers(action, null)).isFalse();
    }
    assertThat(grant.covers(Action.CATALOG, null)).isFalse();
    assertThat(grant.covers(Action.ADMIN, APP)).isFalse();
    assertThat(grant.covers(Action.PING, null)).isTrue();
    assertThat(grant.covers(Action.PUBLIC, null)).isTrue();
  }

  @Test
  void covers_catalog_needsItsOwnScope() {
    TokenGrant grant =
        new TokenGrant(List.of(new ResourceAccess("registry", "catalog", Set.of("*"))));

    assertThat(grant.covers(Action.CATALOG, null)).isTrue();
    assertThat(grant.covers(Action.ADMIN, null)).isFalse();
    assertThat(grant.covers(Action.PULL, APP)).isFalse();
  }
}
