package io.stowage.registry.config;

import io.stowage.registry.config.AccessSettings.Permission;
import io.stowage.registry.config.AccessSettings.Rule;
import io.stowage.registry.config.AccessSettings.Subject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** {@code stowage.access} to {@link AccessSettings}; the rules for rules live here. */
final class AccessSection {
  private static final String FILE = "stowage.access.file";
  private static final String GROUPS = "stowage.access.groups";
  private static final String RULES = "stowage.access.rules";

  private static final List<String> WORDS = List.of("anonymous", "authenticated");
  private static final String SUBJECTS = "anonymous, authenticated, user:NAME, group:NAME";
  private static final Map<String, Permission> PERMISSIONS = permissions();
  private static final Set<Permission> FOR_ANYBODY = Set.of(Permission.PULL, Permission.CATALOG);

  /** As long as the longest name of a repository. */
  private static final int MAX_PATTERN = 255;

  private static final Pattern COMPONENT = Pattern.compile("[0-9A-Za-z._*?-]+");

  private final Values values;
  private final Findings findings;

  AccessSection(Values values, Findings findings) {
    this.values = values;
    this.findings = findings;
  }

  AccessSettings settings() {
    Map<String, Set<String>> groups = groups();
    List<Rule> rules = new ArrayList<>();
    for (Values item : values.items(RULES)) {
      rules.addAll(rules(item, groups.keySet()));
    }
    rules.forEach(rule -> warnOfTraps(rule, rules));
    warnWithoutRules(groups);
    return new AccessSettings(values.file(FILE).orElse(null), groups, rules, values.isGiven(RULES));
  }

  private Map<String, Set<String>> groups() {
    Map<String, Set<String>> groups = new LinkedHashMap<>();
    values.lists(GROUPS).forEach((name, users) -> groups.put(name, new LinkedHashSet<>(users)));
    if (groups.values().stream().anyMatch(users -> users.contains(""))) {
      values.refuseOne(GROUPS, "", "the name of a user", "");
    }
    return groups;
  }

  /** One for each pattern. There is no default: a rule that lost a line must not give more. */
  private List<Rule> rules(Values item, Set<String> groups) {
    Optional<Subject> subject = subject(item, groups);
    Set<Permission> actions = actions(item);
    List<String> patterns = item.texts("repositories");
    patterns.forEach(pattern -> requirePattern(item, pattern));
    if (patterns.isEmpty()) {
      item.missing("", "repositories", "patterns such as team/**, or ** for all");
    }
    return subject.isEmpty() || actions.isEmpty()
        ? List.of()
        : patterns.stream()
            .map(pattern -> new Rule(subject.get(), pattern, actions, item.source()))
            .toList();
  }

  private static Optional<Subject> subject(Values item, Set<String> groups) {
    String text = item.text("subject");
    if (text.isEmpty()) {
      item.missing("", "subject", SUBJECTS);
      return Optional.empty();
    }
    return switch (text) {
      case "anonymous" -> Optional.of(new Subject.Anonymous());
      case "authenticated" -> Optional.of(new Subject.Authenticated());
      default -> named(item, text, groups);
    };
  }

  private static Optional<Subject> named(Values item, String text, Set<String> groups) {
    int colon = text.indexOf(':');
    String kind = text.substring(0, Math.max(colon, 0));
    String name = text.substring(colon + 1);
    if (kind.equals("user") && !name.isEmpty()) {
      return Optional.of(new Subject.User(name));
    }
    if (kind.equals("group") && !name.isEmpty()) {
      if (!groups.contains(name)) {
        refuseGroup(item, name, groups);
      }
      return Optional.of(new Subject.Group(name));
    }
    item.refuseOne("subject", text, SUBJECTS, meant(text, kind, name));
    return Optional.empty();
  }

  private static String meant(String text, String kind, String name) {
    return name.isEmpty() || kind.isEmpty()
        ? Suggestions.hint(text, WORDS, UnaryOperator.identity())
        : Suggestions.hint(kind, List.of("user", "group"), near -> near + ":" + name);
  }

  private static void refuseGroup(Values item, String name, Set<String> groups) {
    String known = groups.isEmpty() ? "none" : String.join(", ", groups);
    item.refuseOne(
        "subject",
        "group:" + name,
        "a group that is defined: " + known,
        Suggestions.hint(name, groups, "group:"::concat));
  }

  private static Set<Permission> actions(Values item) {
    Set<Permission> actions = EnumSet.noneOf(Permission.class);
    List<String> words = item.texts("actions");
    String expected = String.join(", ", PERMISSIONS.keySet());
    for (String word : words) {
      Permission permission = PERMISSIONS.get(word);
      if (permission == null) {
        String hint = Suggestions.hint(word, PERMISSIONS.keySet(), UnaryOperator.identity());
        item.refuseOne("actions", word, expected, hint);
      } else {
        actions.add(permission);
      }
    }
    if (words.isEmpty()) {
      item.missing("", "actions", expected);
    }
    return actions;
  }

  private static Map<String, Permission> permissions() {
    Map<String, Permission> permissions = new LinkedHashMap<>();
    for (Permission permission : Permission.values()) {
      permissions.put(permission.text(), permission);
    }
    return permissions;
  }

  private static void requirePattern(Values item, String pattern) {
    if (pattern.length() > MAX_PATTERN) {
      item.refuseOne("repositories", pattern, "at most " + MAX_PATTERN + " characters", "");
    } else if (!Arrays.stream(pattern.split("/", -1)).allMatch(AccessSection::isComponent)) {
      item.refuseOne(
          "repositories",
          pattern,
          "components of letters, digits, ., _, -, * and ? joined by /; ** and ${user} only as whole"
              + " components",
          "");
    }
  }

  private static boolean isComponent(String component) {
    return component.equals("**")
        || component.equals("${user}")
        || (COMPONENT.matcher(component).matches() && !component.contains("**"));
  }

  /** What works and is probably not meant. */
  private void warnOfTraps(Rule rule, List<Rule> all) {
    if (rule.actions().contains(Permission.PUSH) && !mayPull(rule.subject(), all)) {
      findings.warning(
          rule.source(),
          RULES
              + ": a rule lets somebody push who may pull nothing; clients look before they push");
    }
    if (rule.subject() instanceof Subject.Anonymous && !FOR_ANYBODY.containsAll(rule.actions())) {
      findings.warning(
          rule.source(), RULES + ": a rule lets everybody " + beyond(rule) + " without a login");
    }
  }

  private static boolean mayPull(Subject subject, List<Rule> all) {
    return all.stream()
        .filter(rule -> rule.actions().contains(Permission.PULL))
        .anyMatch(rule -> rule.subject().equals(subject) || isForMany(rule.subject()));
  }

  private static boolean isForMany(Subject subject) {
    return switch (subject) {
      case Subject.Anonymous() -> true;
      case Subject.Authenticated() -> true;
      case Subject.Group group -> true;
      case Subject.User user -> false;
    };
  }

  private static String beyond(Rule rule) {
    return rule.actions().stream()
        .filter(permission -> !FOR_ANYBODY.contains(permission))
        .map(Permission::text)
        .collect(Collectors.joining(", "));
  }

  private void warnWithoutRules(Map<String, Set<String>> groups) {
    if (values.isGiven(RULES)) {
      return;
    }
    if (values.isWritten(RULES)) {
      findings.warning(
          values.writtenAt(RULES),
          RULES + " says nothing, so no rules are in force; [] denies everything");
    }
    if (!groups.isEmpty()) {
      values.warn(GROUPS, ": has no effect without rules");
    }
  }
}
