package io.stowage.registry.config;

import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what ({@code stowage.access}). What no rule allows is denied, once there are rules.
 *
 * @param file where groups and rules were read from, if not from the configuration itself
 * @param groups names of users by the name of their group
 * @param rules in the order they stand; a group they name is defined
 * @param given whether there are rules at all; none of them denies everything
 */
public record AccessSettings(
    @Nullable Path file, Map<String, Set<String>> groups, List<Rule> rules, boolean given) {
  public AccessSettings {
    Map<String, Set<String>> copy = new LinkedHashMap<>();
    groups.forEach(
        (name, users) -> copy.put(name, Collections.unmodifiableSet(new LinkedHashSet<>(users))));
    groups = Collections.unmodifiableMap(copy);
    rules = List.copyOf(rules);
  }

  /**
   * One subject, one pattern, some actions.
   *
   * @param repositories components joined by {@code /}: {@code *} and {@code ?} stand for any
   *     characters of one, {@code **} for any number of components, <code>${user}</code> for the
   *     user's name
   * @param actions at least one
   * @param source where the rule stands
   */
  public record Rule(Subject subject, String repositories, Set<Permission> actions, Source source) {
    public Rule {
      if (actions.isEmpty()) {
        throw new IllegalArgumentException("actions: none (expected: at least one)");
      }
      actions = Collections.unmodifiableSet(EnumSet.copyOf(actions));
    }
  }

  /** Whom a rule is about. */
  public sealed interface Subject {
    /** Whoever comes, logged in or not. */
    record Anonymous() implements Subject {}

    /** Whoever has logged in. */
    record Authenticated() implements Subject {}

    /** One user. */
    record User(String name) implements Subject {}

    /** The users of a group. */
    record Group(String name) implements Subject {}
  }

  /** What a rule allows. */
  public enum Permission {
    PULL,
    PUSH,
    TAG_OVERWRITE,
    DELETE,
    CATALOG,
    ADMIN;

    /** As rules spell it: {@code tag-overwrite}. */
    public String text() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }
}
