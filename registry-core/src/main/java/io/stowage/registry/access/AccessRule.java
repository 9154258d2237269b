package io.stowage.registry.access;

import io.stowage.registry.oci.RepositoryName;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One line of the access rules: these may do this with those repositories. Rules only give; what
 * none gives is denied.
 *
 * @param actions at least one; {@code ADMIN} stands for all of them
 */
public record AccessRule(Subject subject, RepositoryPattern repositories, Set<Action> actions) {
  public AccessRule {
    if (actions.isEmpty()) {
      throw new IllegalArgumentException("actions: none (expected: at least one)");
    }
    actions = Set.copyOf(actions);
  }

  /** Whether this rule gives that. */
  boolean gives(
      Identity identity,
      Map<String, Set<String>> groups,
      Action action,
      @Nullable RepositoryName repository) {
    return (actions.contains(action) || actions.contains(Action.ADMIN))
        && concerns(action, repository, identity)
        && subject.includes(identity, groups);
  }

  /**
   * The catalog is one for all, and filtered; the registry as a whole belongs to whoever is given
   * all of its repositories.
   */
  private boolean concerns(Action action, @Nullable RepositoryName repository, Identity identity) {
    if (repository != null) {
      return repositories.matches(repository, identity);
    }
    return action == Action.CATALOG || repositories.equals(RepositoryPattern.ALL);
  }

  /** For people: {@code group:ci may pull, push on team/**}. */
  public String text() {
    return subject.text()
        + " may "
        + EnumSet.copyOf(actions).stream().map(AccessRule::word).collect(Collectors.joining(", "))
        + " on "
        + repositories;
  }

  /** As rules and messages spell an action: {@code tag-overwrite}. */
  public static String word(Action action) {
    return action.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
