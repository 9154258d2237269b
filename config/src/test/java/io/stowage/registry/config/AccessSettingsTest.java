package io.stowage.registry.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.groups.Tuple.tuple;

import io.stowage.registry.config.AccessSettings.Permission;
import io.stowage.registry.config.AccessSettings.Rule;
import io.stowage.registry.config.AccessSettings.Subject;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Groups and rules, in the configuration, in a variable and in a file of their own. */
class AccessSettingsTest {
  private static final String AUTH = "auth: {htpasswd: {path: /users}}\n";
  private static final String ACTIONS = "pull, push, tag-overwrite, delete, catalog, admin";
  private static final String SUBJECTS = "anonymous, authenticated, user:NAME, group:NAME";

  private static Loading with(String access) {
    return Loading.minimalAnd(AUTH + "stowage:\n  access:\n" + access.indent(4));
  }

  private static Loading withRule(String rule) {
    return with("groups: {ci: [a], ops: [b]}\nrules:\n  - " + rule);
  }

  private static AccessSettings access(Loading loading) {
    return loading.configuration().access();
  }

  @Test
  void rules_everyKindOfSubject_isBoundWithItsLine() {
    Loading loading =
        with(
            """
            groups:
              ci: [builder, nightly]
              ops: root
            rules:
              - {subject: anonymous, repositories: '**',
                actions: pull}
              - subject: authenticated
                repositories: ${user}/**
                actions: [pull, push, tag-overwrite, delete]
              - subject: group:ci
                repositories: [apps/**, "*/cache-?"]
                actions: [pull, push]
              - {subject: user:alice, repositories: '**', actions: [catalog, admin]}
            """);

    assertThat(loading.notices()).isEmpty();
    assertThat(access(loading).given()).isTrue();
    assertThat(access(loading).file()).isNull();
    assertThat(access(loading).groups())
        .containsEntry("ci", Set.of("builder", "nightly"))
        .containsEntry("ops", Set.of("root"));
    assertThat(access(loading).rules())
        .containsExactly(
            new Rule(new Subject.Anonymous(), "**", Set.of(Permission.PULL), line(12)),
            new Rule(
                new Subject.Authenticated(),
                "${user}/**",
                Set.of(
                    Permission.PULL, Permission.PUSH, Permission.TAG_OVERWRITE, Permission.DELETE),
                line(14)),
            new Rule(
                new Subject.Group("ci"),
                "apps/**",
                Set.of(Permission.PULL, Permission.PUSH),
                line(17)),
            new Rule(
                new Subject.Group("ci"),
                "*/cache-?",
                Set.of(Permission.PULL, Permission.PUSH),
                line(17)),
            new Rule(
                new Subject.User("alice"),
                "**",
                Set.of(Permission.CATALOG, Permission.ADMIN),
                line(20)));
  }

  private static Source line(int line) {
    return new Source.Line("config.yml", line);
  }

  @Test
  void rules_inOneVariable_areBoundWithItsName() {
    Loading loading =
        Loading.minimalAnd(AUTH)
            .with(
                "REGISTRY_STOWAGE_ACCESS_RULES",
                "[{subject: anonymous, repositories: '**', actions: pull}, {subject: user:ci, repositories: '**', actions: [push, pull]}]");

    assertThat(loading.notices()).isEmpty();
    assertThat(access(loading).rules())
        .extracting(Rule::subject, rule -> rule.source().text())
        .containsExactly(
            tuple(new Subject.Anonymous(), "REGISTRY_STOWAGE_ACCESS_RULES"),
            tuple(new Subject.User("ci"), "REGISTRY_STOWAGE_ACCESS_RULES"));
  }

  @Test
  void rules_byVariablesWithIndices_areBound() {
    AccessSettings access =
        access(
            Loading.minimalAnd(AUTH)
                .with("REGISTRY_STOWAGE_ACCESS_GROUPS_CI_0", "builder")
                .with("REGISTRY_STOWAGE_ACCESS_RULES_0_SUBJECT", "group:ci")
                .with("REGISTRY_STOWAGE_ACCESS_RULES_0_REPOSITORIES", "team/**")
                .with("REGISTRY_STOWAGE_ACCESS_RULES_0_ACTIONS_0", "pull"));

    assertThat(access.rules()).extracting(Rule::subject).containsExactly(new Subject.Group("ci"));
    assertThat(access.groups()).containsEntry("ci", Set.of("builder"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{subject: anonymus, repositories: '**', actions: pull}    | subject: \"anonymus\" is not allowed (expected: "
            + SUBJECTS
            + "); did you mean anonymous?",
        "{subject: usr:bob, repositories: '**', actions: pull}     | subject: \"usr:bob\" is not allowed (expected: "
            + SUBJECTS
            + "); did you mean user:bob?",
        "{subject: 'user:', repositories: '**', actions: pull}     | subject: \"user:\" is not allowed (expected: "
            + SUBJECTS
            + ")",
        "{subject: bob, repositories: '**', actions: pull}         | subject: \"bob\" is not allowed (expected: "
            + SUBJECTS
            + ")",
        "{subject: group:cii, repositories: '**', actions: pull}   | subject: \"group:cii\" is not allowed (expected: a"
            + " group that is defined: ci, ops); did you mean group:ci?",
        "{subject: anonymous, repositories: '**', actions: pul}    | actions: \"pul\" is not allowed (expected: "
            + ACTIONS
            + "); did you mean pull?",
        "{subject: user:a, repositories: '**', actions: [pull, tag_overwrite]} | actions: \"tag_overwrite\" is not"
            + " allowed (expected: "
            + ACTIONS
            + "); did you mean tag-overwrite?",
        "{subject: user:a, repositories: '**', actions: 'pull,push'} | actions: \"pull,push\" is not allowed (expected: "
            + ACTIONS
            + ")",
        "{repositories: a, actions: pull}      | subject is missing (expected: " + SUBJECTS + ")",
        "{subject: anonymous, repositories: '**'}                  | actions is missing (expected: "
            + ACTIONS
            + ")",
        "{subject: user:a, actions: pull} | repositories is missing (expected: patterns such as"
            + " team/**, or ** for all)",
        "{subject: user:a, actions: pull, repositories: []} | repositories is missing (expected:"
            + " patterns such as team/**, or ** for all)",
        "{subject: anonymous, repositories: '**', actions: []}     | actions is missing (expected: "
            + ACTIONS
            + ")"
      })
  void rule_thatIsNotUnderstood_isRefusedWithTheWordsAllowed(String rule, String problem) {
    assertThat(withRule(rule).problems())
        .containsExactly("config.yml:10: stowage.access.rules[0]." + problem);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"**", "*", "a", "a/*", "*/b-?", "a/**/b", "${user}", "${user}/**", "A.b_c/x*y?z"})
  void pattern_ofTheSyntax_isKeptAsWritten(String pattern) {
    AccessSettings access =
        access(
            withRule(
                "{subject: user:a, repositories: '**', actions: pull, repositories: '"
                    + pattern
                    + "'}"));

    assertThat(access.rules()).extracting(Rule::repositories).containsExactly(pattern);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/a",
        "a/",
        "a//b",
        "a**",
        "**b",
        "a/***",
        "${user}x",
        "${user",
        "${group}",
        "a b",
        "[ab]",
        "{a,b}",
        "a:latest",
        "^a$",
        "a\\\\b",
        "ä"
      })
  void pattern_ofAnotherSyntax_isRefused(String pattern) {
    assertThat(
            withRule(
                    "{subject: user:a, repositories: '**', actions: pull, repositories: '"
                        + pattern
                        + "'}")
                .problems())
        .containsExactly(
            "config.yml:10: stowage.access.rules[0].repositories: \""
                + pattern
                + "\" is not allowed (expected: components of letters, digits, ., _, -, * and ?"
                + " joined by /; ** and ${user} only as whole components)");
  }

  @Test
  void pattern_thatBeginsWithAStarWithoutQuotes_isRefusedWithAHint() {
    assertThat(
            withRule("{subject: anonymous, repositories: '**', actions: pull, repositories: **}")
                .problems())
        .containsExactly(
            "error parsing config.yml: line 10: not valid YAML: found undefined alias (a value that begins with * needs"
                + " quotes)");
  }

  @Test
  void rules_ofAnotherShape_areRefused() {
    assertThat(with("rules: anonymous").problems())
        .containsExactly("config.yml:8: stowage.access.rules must be a list");
    assertThat(with("rules: [pull]").problems())
        .containsExactly("config.yml:8: stowage.access.rules[0] must be a section with keys");
    assertThat(with("groups: [ci]\nrules: []").problems())
        .containsExactly(
            "config.yml:8: stowage.access.groups is not a section (expected: keys with values)");
    assertThat(with("groups: {ci: ['']}\nrules: []").problems())
        .containsExactly(
            "config.yml:8: stowage.access.groups: \"\" is not allowed (expected: the name of a"
                + " user)");
  }

  @Test
  void rules_withoutAny_areGivenAndDenyEverything() {
    assertThat(access(with("rules: []")))
        .isEqualTo(new AccessSettings(null, Map.of(), List.of(), true));
  }

  @Test
  void rules_keyThatSaysNothing_isNotGivenAndSaysSo() {
    Loading loading = with("groups: {ci: [a]}\nrules:");

    assertThat(access(loading).given()).isFalse();
    assertThat(loading.notices())
        .containsExactly(
            "config.yml:9: stowage.access.rules says nothing, so no rules are in force; [] denies"
                + " everything",
            "config.yml:8: stowage.access.groups: has no effect without rules");
  }

  @Test
  void rule_pushOfSomebodyWhoMayPullNothing_isAcceptedWithAWarning() {
    assertThat(withRule("{subject: user:a, repositories: '**', actions: push}").notices())
        .containsExactly(
            "config.yml:10: stowage.access.rules: a rule lets somebody push who may pull nothing;"
                + " clients look before they push");
    assertThat(
            withRule(
                    "{subject: user:a, repositories: '**', actions: push}\n  - {subject: anonymous, repositories: '**', actions: pull}")
                .notices())
        .isEmpty();
  }

  @Test
  void rule_anonymousBeyondReading_isAcceptedWithAWarning() {
    assertThat(
            withRule(
                    "{subject: anonymous, repositories: '**', actions: [pull, catalog, push, delete]}")
                .notices())
        .containsExactly(
            "config.yml:10: stowage.access.rules: a rule lets everybody push, delete without a"
                + " login");
  }

  @Test
  void rules_withoutAuthentication_areAcceptedWithAWarning() {
    assertThat(
            Loading.minimalAnd(
                    "stowage: {access: {rules: [{subject: anonymous, repositories: '**', actions: pull}]}}")
                .allNotices())
        .containsExactly(
            "config.yml:5: stowage.access: nobody can log in (auth is not configured), so its rules"
                + " hold for anonymous only");
  }

  // --- in a file of their own

  private static final Loading IN_FILE = with("file: /access.yml");

  @Test
  void file_groupsAndRules_areReadWithTheirLines() {
    AccessSettings access =
        access(
            IN_FILE.withFile(
                "/access.yml",
                """
                groups: {ci: [a]}
                rules:
                  - {subject: group:ci, repositories: '**',
                    actions: pull}
                """));

    assertThat(access)
        .isEqualTo(
            new AccessSettings(
                Path.of("/access.yml"),
                Map.of("ci", Set.of("a")),
                List.of(
                    new Rule(
                        new Subject.Group("ci"),
                        "**",
                        Set.of(Permission.PULL),
                        new Source.Line("/access.yml", 3))),
                true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing yet", "rules:", "groups: {ci: [a]}"})
  void file_withoutRules_deniesEverything(String content) {
    AccessSettings access = access(IN_FILE.withFile("/access.yml", content));

    assertThat(access.given()).isTrue();
    assertThat(access.rules()).isEmpty();
  }

  @Test
  void file_misspelledKey_isWarnedAboutWithItsLine() {
    assertThat(IN_FILE.withFile("/access.yml", "ruels: []\nrules: []").notices())
        .containsExactly(
            "/access.yml:1: unknown key stowage.access.ruels, ignored; did you mean"
                + " stowage.access.rules?");
  }

  @Test
  void file_missing_isRefusedNamingIt() {
    assertThat(IN_FILE.problems())
        .containsExactly("config.yml:8: cannot read /access.yml: NoSuchFile (/access.yml)");
  }

  @Test
  void file_brokenYaml_isRefusedWithItsLine() {
    assertThat(IN_FILE.withFile("/access.yml", "rules: []\ngroups: [").problems())
        .singleElement()
        .asString()
        .startsWith("error parsing /access.yml: line 2: not valid YAML: ");
  }

  @Test
  void file_wrongWord_isRefusedWithItsLine() {
    assertThat(
            IN_FILE
                .withFile(
                    "/access.yml", "rules:\n- {subject: everybody, repositories: a, actions: pull}")
                .problems())
        .containsExactly(
            "/access.yml:2: stowage.access.rules[0].subject: \"everybody\" is not allowed"
                + " (expected: "
                + SUBJECTS
                + ")");
  }

  @Test
  void file_besideRulesOrGroups_isRefusedWithBothPlaces() {
    assertThat(
            with("file: /access.yml\ngroups: {a: [b]}")
                .with("REGISTRY_STOWAGE_ACCESS_RULES", "[]")
                .withFile("/access.yml", "rules: []")
                .problems())
        .containsExactly(
            "config.yml:9: stowage.access.groups stands beside stowage.access.file, which"
                + " config.yml:8 sets; keep one of them",
            "REGISTRY_STOWAGE_ACCESS_RULES: stowage.access.rules stands beside"
                + " stowage.access.file, which config.yml:8 sets; keep one of them");
  }

  @Test
  void file_thatNamesAnother_isRefused() {
    assertThat(IN_FILE.withFile("/access.yml", "file: /b.yml").problems())
        .containsExactly("/access.yml:1: file: a file of access rules names no other");
  }

  // --- read again

  @Test
  void load_again_tellsWhatChangedInTheFile() {
    Loading before = IN_FILE.withFile("/access.yml", "rules: []");
    Loading after =
        IN_FILE.withFile(
            "/access.yml", "rules: [{subject: anonymous, repositories: '**', actions: pull}]");

    assertThat(access(after).rules()).hasSize(1);
    assertThat(after.configuration().access()).isNotEqualTo(before.configuration().access());
    assertThat(after.configuration().http()).isEqualTo(before.configuration().http());
  }

  @Test
  void watched_filesThatWereRead_areNamed() throws Exception {
    Loaded loaded =
        new ConfigurationLoader(path -> path.equals("/access.yml") ? "rules: []" : "text")
            .load(
                new ConfigurationFile("config.yml", Loading.MINIMAL, Path.of("config.yml")),
                Map.of(
                    "REGISTRY_STOWAGE_ACCESS_FILE", "/access.yml",
                    "REGISTRY_HTTP_SECRET_FILE", "/secret"));

    assertThat(loaded.watched())
        .containsExactly(Path.of("config.yml"), Path.of("/secret"), Path.of("/access.yml"));
  }

  @Test
  void watched_textThatNeverWasOnTheDisk_isNotNamed() {
    assertThat(Loading.of(Loading.MINIMAL).accepted().watched()).isEmpty();
  }

  @Test
  void rule_withoutActions_cannotBeMade() {
    assertThatThrownBy(() -> new Rule(new Subject.Anonymous(), "**", Set.of(), Source.DEFAULT))
        .hasMessage("actions: none (expected: at least one)");
  }

  // --- open doors

  @Test
  @DisplayName("AN-9: a registry that everybody can reach and use says so at every start")
  void an9_noAuthOnANetworkAddress_isAcceptedWithAWarning() {
    assertThat(Loading.of(Loading.MINIMAL).allNotices()).containsExactly(Loading.OPEN_TO_EVERYBODY);
    assertThat(Loading.minimalAnd("auth: none\nhttp: {addr: '192.0.2.1:5000'}").allNotices())
        .containsExactly(
            "config.yml:5: the registry is open to everybody who can reach it (auth is not"
                + " configured)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http: {addr: '127.0.0.1:5000'}",
        "http: {addr: 'localhost:5000'}",
        "http: {addr: '[::1]:5000'}",
        "auth: {htpasswd: {path: /users}}",
        "http: {tls: {certificate: /c, key: /k, clientcas: [/ca]}}"
      })
  @DisplayName("AN-9: a registry with a door says nothing")
  void an9_loopbackAuthOrClientCertificates_areSilent(String yaml) {
    assertThat(Loading.minimalAnd(yaml).allNotices()).isEmpty();
  }
}
