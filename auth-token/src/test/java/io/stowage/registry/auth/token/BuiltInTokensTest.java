package io.stowage.registry.auth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.stowage.registry.access.AccessPolicy;
import io.stowage.registry.access.AccessRule;
import io.stowage.registry.access.AccessRules;
import io.stowage.registry.access.Action;
import io.stowage.registry.access.Authentication;
import io.stowage.registry.access.CredentialService;
import io.stowage.registry.access.Identity;
import io.stowage.registry.access.RepositoryPattern;
import io.stowage.registry.access.Scope;
import io.stowage.registry.access.Subject;
import io.stowage.registry.access.TokenRejectedException;
import io.stowage.registry.access.TokenService.Issued;
import io.stowage.registry.oci.RepositoryName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BuiltInTokensTest {
  private static final RepositoryName APP = new RepositoryName("team/app");
  private static final RepositoryName PUBLIC = new RepositoryName("public/app");
  private static final Authentication ALICE = Authentication.of(new Identity("alice"));
  private static final AccessPolicy RULES =
      new AccessRules(
          Map.of(),
          List.of(
              new AccessRule(
                  new Subject.Anonymous(), new RepositoryPattern("public/**"), Set.of(Action.PULL)),
              new AccessRule(
                  new Subject.User("alice"),
                  new RepositoryPattern("team/**"),
                  Set.of(Action.PULL, Action.PUSH, Action.CATALOG))));

  private final TestClock clock = new TestClock();
  private final Map<String, String> fingerprints = new HashMap<>(Map.of("alice", "first"));
  private AccessPolicy policy = RULES;
  @TempDir Path root;
  private CredentialStore credentials = store(Path.of(""));
  private BuiltInTokens tokens = open(Path.of(""));

  @BeforeEach
  void open() {
    credentials = store(root);
    tokens = open(root);
  }

  private CredentialStore store(Path root) {
    return new CredentialStore(root.resolve("credentials"), fingerprints::containsKey, clock);
  }

  private BuiltInTokens open(Path root) {
    SigningKeys keys =
        new SigningKeys(root.resolve("tokens"), Duration.ofDays(30), Duration.ofDays(90), clock);
    TokenIssuer issuer =
        new TokenIssuer(
            keys, "stowage", "stowage", Duration.ofMinutes(5), Duration.ofDays(90), clock);
    BuiltInTokens.Users users =
        new BuiltInTokens.Users() {
          @Override
          public boolean knows(String user) {
            return fingerprints.containsKey(user);
          }

          @Override
          public Optional<String> fingerprint(String user) {
            return Optional.ofNullable(fingerprints.get(user));
          }
        };
    return new BuiltInTokens(
        issuer,
        credentials,
        users,
        (identity, action, repository) -> policy.allows(identity, action, repository),
        clock);
  }

  // --- issue

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "repository:team/app:pull,push; repository:team/app:pull,push",
        "repository:team/app:pull,push,delete; repository:team/app:pull,push",
        "repository:team/app:*; repository:team/app:pull,push",
        "repository:team/app:pull repository:other:pull; repository:team/app:pull",
        "repository:public/app:pull,push; repository:public/app:pull",
        "repository:other:pull; ''",
        "repository:NOT/valid:pull; ''",
        "repository:team/app:paint; ''",
        "registry:catalog:*; registry:catalog:*",
        "registry:catalog:pull; ''",
        "registry:other:*; ''",
        "nonsense; ''"
      })
  void issue_leavesOutWhatIsNotAllowed(String wished, String granted) throws Exception {
    assertThat(tokens.issue(ALICE, List.of(wished)).scope()).isEqualTo(granted);
  }

  @Test
  void issue_toNobody_isGoodForWhatEverybodyMayDo() throws Exception {
    Issued issued =
        tokens.issue(
            Authentication.ANONYMOUS,
            List.of("repository:public/app:pull,push", "repository:team/app:pull"));

    assertThat(issued.scope()).isEqualTo("repository:public/app:pull");
    assertThat(issued.lifetime()).isEqualTo(Duration.ofMinutes(5));
    assertThat(issued.toString()).doesNotContain(issued.token());
    Authentication caller = tokens.authenticate(issued.token());
    assertThat(caller.identity()).isEqualTo(Identity.ANONYMOUS);
    assertThat(caller.allows(policy, Action.PULL, PUBLIC)).isTrue();
    assertThat(caller.allows(policy, Action.PULL, APP)).isFalse();
  }

  @Test
  void issue_forManyRepositories_staysShortEnoughToBeShown() throws Exception {
    policy = AccessPolicy.OPEN;
    List<String> scopes =
        IntStream.range(100, 1000)
            .mapToObj(i -> "repository:" + "a".repeat(252) + i + ":*")
            .toList();

    String token = tokens.issue(ALICE, scopes).token();

    assertThat(tokens.authenticate(token).identity()).isEqualTo(ALICE.identity());
  }

  // --- use

  @Test
  void az7_token_isGoodForItsScopesOnly() throws Exception {
    policy = AccessPolicy.OPEN;
    Authentication caller =
        tokens.authenticate(tokens.issue(ALICE, List.of("repository:team/app:pull")).token());

    assertThat(caller.allows(policy, Action.PULL, APP)).isTrue();
    for (Action action : List.of(Action.PUSH, Action.TAG_OVERWRITE, Action.DELETE, Action.ADMIN)) {
      assertThat(caller.allows(policy, action, APP)).isFalse();
    }
    assertThat(caller.allows(policy, Action.PULL, PUBLIC)).isFalse();
    assertThat(caller.allows(policy, Action.CATALOG, null)).isFalse();
  }

  @Test
  void az8_tokenForTheCatalog_listsWhatItsHolderMayPull() throws Exception {
    Authentication caller =
        tokens.authenticate(tokens.issue(ALICE, List.of("registry:catalog:*")).token());

    assertThat(caller.lists(policy, APP)).isTrue();
    assertThat(caller.lists(policy, PUBLIC)).isTrue();
    assertThat(caller.lists(policy, new RepositoryName("other/app"))).isFalse();
    assertThat(caller.allows(policy, Action.PULL, APP)).isFalse();
  }

  @Test
  void az8_tokenForTheCatalog_ofAPersonalAccessToken_listsWhatThatMayPull() throws Exception {
    policy = AccessPolicy.OPEN;
    String secret =
        credentials
            .createPersonal("alice", "", List.of(Scope.parse("team/**:pull")), null)
            .secret();
    Authentication holder = credentials.authenticate("alice", secret).orElseThrow();
    Authentication caller =
        tokens.authenticate(tokens.issue(holder, List.of("registry:catalog:*")).token());

    assertThat(caller.lists(policy, APP)).isTrue();
    assertThat(caller.lists(policy, PUBLIC)).isFalse();
  }

  @Test
  void az5_changedRules_holdForTokensThatAreOut() throws Exception {
    String token = tokens.issue(ALICE, List.of("repository:team/app:pull,push")).token();
    assertThat(tokens.authenticate(token).allows(policy, Action.PUSH, APP)).isTrue();

    policy = new AccessRules(Map.of(), List.of());

    assertThat(tokens.authenticate(token).allows(policy, Action.PUSH, APP)).isFalse();
  }

  @Test
  void authenticate_userIsGone_isRejected() throws Exception {
    String token = tokens.issue(ALICE, List.of()).token();
    tokens.authenticate(token);

    fingerprints.clear();

    rejected(token, "its user doesn't exist any more");
  }

  @Test
  void authenticate_tokenOfACredential_isGoodForNoMoreThanThat() throws Exception {
    policy = AccessPolicy.OPEN;
    CredentialService.Created created = personal("team/**:pull", null);
    Authentication holder = credentials.authenticate("alice", created.secret()).orElseThrow();

    Issued issued = tokens.issue(holder, List.of("repository:team/app:*", "repository:other:pull"));

    assertThat(issued.scope()).isEqualTo("repository:team/app:pull");
    Authentication caller = tokens.authenticate(issued.token());
    assertThat(caller.allows(policy, Action.PULL, APP)).isTrue();
    assertThat(caller.allows(policy, Action.PUSH, APP)).isFalse();
    credentials.revoke(created.credential().id());
    rejected(issued.token(), "the credential behind it doesn't hold any more");
  }

  @Test
  void authenticate_tokenOfARobot_hasTheRobotsRights() throws Exception {
    CredentialService.Created created =
        credentials.createRobot("ci", "", List.of(Scope.parse("other/**:pull")), null);
    Authentication robot = credentials.authenticate("robot$ci", created.secret()).orElseThrow();

    String token = tokens.issue(robot, List.of("repository:other/app:pull,push")).token();

    Authentication caller = tokens.authenticate(token);
    assertThat(caller.identity()).isEqualTo(new Identity("robot$ci"));
    assertThat(caller.allows(policy, Action.PULL, new RepositoryName("other/app"))).isTrue();
    assertThat(caller.allows(policy, Action.PUSH, new RepositoryName("other/app"))).isFalse();
    assertThat(tokens.refreshToken(robot)).isEmpty();
  }

  // --- refresh

  @Test
  void redeem_whileThePasswordStays_isTheUser() throws Exception {
    String refresh = tokens.refreshToken(ALICE).orElseThrow();

    assertThat(tokens.redeem(refresh)).isEqualTo(ALICE);
    rejected(refresh, "its type is refresh+jwt (expected: JWT)");
    fingerprints.put("alice", "second");
    notRedeemed(refresh, "its user's password has changed");
    fingerprints.clear();
    notRedeemed(refresh, "its user doesn't exist any more");
  }

  @Test
  void redeem_ofACredential_holdsAsLongAsThatDoes() throws Exception {
    CredentialService.Created created = personal("team/**:pull", Duration.ofDays(2));
    Authentication holder = credentials.authenticate("alice", created.secret()).orElseThrow();
    String refresh = tokens.refreshToken(holder).orElseThrow();
    fingerprints.put("alice", "second");

    assertThat(tokens.redeem(refresh)).isEqualTo(holder);
    clock.advance(Duration.ofDays(2));
    notRedeemed(refresh, "the credential behind it doesn't hold any more");
  }

  @Test
  void refreshToken_forWhoDidNotLogIn_isNone() throws Exception {
    assertThat(tokens.refreshToken(Authentication.ANONYMOUS)).isEmpty();
    assertThat(tokens.refreshToken(Authentication.of(new Identity("bob")))).isEmpty();
  }

  private CredentialService.Created personal(String scope, @Nullable Duration lifetime)
      throws Exception {
    return credentials.createPersonal(
        "alice",
        "",
        List.of(Scope.parse(scope)),
        lifetime == null ? null : clock.instant().plus(lifetime));
  }

  private void rejected(String token, String reason) {
    assertThatExceptionOfType(TokenRejectedException.class)
        .isThrownBy(() -> tokens.authenticate(token))
        .withMessage(reason);
  }

  private void notRedeemed(String token, String reason) {
    assertThatExceptionOfType(TokenRejectedException.class)
        .isThrownBy(() -> tokens.redeem(token))
        .withMessage(reason);
  }
}
