package io.stowage.registry.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.stowage.registry.oci.RepositoryName;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AccessRulesTest {
  private static final Identity ALICE = new Identity("alice");
  private static final Identity BOB = new Identity("bob");
  private static final Identity JENKINS = new Identity("jenkins");
  private static final RepositoryName APP = new RepositoryName("app");
  private static final RepositoryName OF_ALICE = new RepositoryName("alice/app");

  private static final AccessRules RULES =
      new AccessRules(
          Map.of("ci", Set.of("jenkins")),
          List.of(
              rule(new Subject.Anonymous(), "**", Action.PULL),
              rule(new Subject.Authenticated(), "${user}/**", Action.ADMIN),
              rule(new Subject.Group("ci"), "app", Action.PUSH),
              rule(new Subject.User("bob"), "app", Action.CATALOG)));

  private static AccessRule rule(Subject subject, String pattern, Action first, Action... others) {
    return new AccessRule(subject, new RepositoryPattern(pattern), EnumSet.of(first, others));
  }

  @ParameterizedTest
  @EnumSource(Action.class)
  void allows_noRules_deniesAllButWhatIsPublic(Action action) {
    AccessRules none = new AccessRules(Map.of(), List.of());
    boolean open = action == Action.PUBLIC || action == Action.PING;

    assertThat(none.allows(ALICE, action, APP)).isEqualTo(open);
    assertThat(none.allows(Identity.ANONYMOUS, action, APP)).isEqualTo(action == Action.PUBLIC);
  }

  @Test
  void allows_ruleForAnonymous_holdsForWhoeverLogsInToo() {
    assertThat(RULES.allows(Identity.ANONYMOUS, Action.PULL, APP)).isTrue();
    assertThat(RULES.allows(BOB, Action.PULL, APP)).isTrue();
    assertThat(RULES.allows(Identity.ANONYMOUS, Action.PUSH, APP)).isFalse();
  }

  @Test
  void allows_ownNamespace_isOnesOwnOnly() {
    assertThat(RULES.allows(ALICE, Action.PUSH, OF_ALICE)).isTrue();
    assertThat(RULES.allows(ALICE, Action.TAG_OVERWRITE, OF_ALICE)).isTrue();
    assertThat(RULES.allows(BOB, Action.PUSH, OF_ALICE)).isFalse();
    assertThat(RULES.allows(Identity.ANONYMOUS, Action.PUSH, OF_ALICE)).isFalse();
  }

  @Test
  void allows_pushOfAGroup_isNoRightToMoveTags() {
    assertThat(RULES.allows(JENKINS, Action.PUSH, APP)).isTrue();
    assertThat(RULES.allows(JENKINS, Action.TAG_OVERWRITE, APP)).isFalse();
    assertThat(RULES.allows(ALICE, Action.PUSH, APP)).isFalse();
  }

  @Test
  void allows_catalog_isGivenByARuleOnAnyRepository() {
    assertThat(RULES.allows(BOB, Action.CATALOG, null)).isTrue();
    assertThat(RULES.allows(ALICE, Action.CATALOG, null)).as("admin of alice/**").isTrue();
    assertThat(RULES.allows(Identity.ANONYMOUS, Action.CATALOG, null)).isFalse();
  }

  @Test
  void allows_registryAsAWhole_belongsToAdminsOfEverything() {
    AccessRules rules =
        new AccessRules(
            Map.of(),
            List.of(
                rule(new Subject.User("alice"), "**", Action.ADMIN),
                rule(new Subject.User("bob"), "*", Action.ADMIN)));

    assertThat(rules.allows(ALICE, Action.ADMIN, null)).isTrue();
    assertThat(rules.allows(BOB, Action.ADMIN, null)).isFalse();
    assertThat(rules.allows(BOB, Action.ADMIN, APP)).isTrue();
  }

  @Test
  void find_allowedAction_tellsTheRule() {
    assertThat(RULES.find(JENKINS, Action.PUSH, APP))
        .map(AccessRule::text)
        .contains("group:ci may push on app");
    assertThat(RULES.find(JENKINS, Action.DELETE, APP)).isEmpty();
  }

  @Test
  void groupsOf_user_areThoseThatNameHim() {
    assertThat(RULES.groupsOf("jenkins")).containsExactly("ci");
    assertThat(RULES.groupsOf("alice")).isEmpty();
  }

  @Test
  void az5_allows_withoutTheGroup_isDeniedByTheNextRules() {
    AccessRules after =
        new AccessRules(Map.of("ci", Set.of()), List.of(rule(group("ci"), "**", Action.PULL)));

    assertThat(after.allows(JENKINS, Action.PULL, APP)).isFalse();
  }

  private static Subject group(String name) {
    return new Subject.Group(name);
  }

  @Test
  void new_ruleWithoutActions_isRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new AccessRule(new Subject.Anonymous(), RepositoryPattern.ALL, Set.of()));
  }

  @Test
  void allows_authentication_isWhatGrantAndPolicyShare() {
    Grant pullOnly = (action, repository) -> action == Action.PULL;
    Authentication token = new Authentication(JENKINS, pullOnly, Authentication.Basis.POLICY);
    Authentication robot =
        new Authentication(new Identity("robot"), pullOnly, Authentication.Basis.GRANT);
    AccessRules none = new AccessRules(Map.of(), List.of());

    assertThat(token.allows(RULES, Action.PULL, APP)).isTrue();
    assertThat(token.allows(RULES, Action.PUSH, APP)).isFalse();
    assertThat(token.allows(none, Action.PULL, APP)).isFalse();
    assertThat(robot.allows(none, Action.PULL, APP)).isTrue();
    assertThat(robot.allows(none, Action.PUSH, APP)).isFalse();
    assertThat(Authentication.ANONYMOUS.allows(RULES, Action.PULL, APP)).isTrue();
  }

  @Test
  void members_withoutRules_mayDoEverything() {
    @Nullable RepositoryName registry = null;

    assertThat(AccessPolicy.MEMBERS.allows(ALICE, Action.DELETE, APP)).isTrue();
    assertThat(AccessPolicy.MEMBERS.allows(ALICE, Action.CATALOG, registry)).isTrue();
    assertThat(AccessPolicy.MEMBERS.allows(Identity.ANONYMOUS, Action.PULL, APP)).isFalse();
    assertThat(AccessPolicy.MEMBERS.allows(Identity.ANONYMOUS, Action.PUBLIC, null)).isTrue();
  }
}
