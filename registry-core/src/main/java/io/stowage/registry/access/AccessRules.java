package io.stowage.registry.access;

import io.stowage.registry.oci.RepositoryName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The policy that an operator writes down: whatever no rule gives is denied. Their order doesn't
 * matter, because no rule takes anything away. Immutable.
 */
public final class AccessRules implements AccessPolicy {
  private final Map<String, Set<String>> groups;
  private final List<AccessRule> rules;

  /**
   * @param groups the users of each group
   */
  public AccessRules(Map<String, Set<String>> groups, List<AccessRule> rules) {
    Map<String, Set<String>> copy = new HashMap<>();
    groups.forEach((name, users) -> copy.put(name, Set.copyOf(users)));
    this.groups = Map.copyOf(copy);
    this.rules = List.copyOf(rules);
  }

  @Override
  public boolean allows(Identity identity, Action action, @Nullable RepositoryName repository) {
    return switch (action) {
      case PUBLIC -> true;
      case PING -> !identity.isAnonymous();
      case PULL, PUSH, TAG_OVERWRITE, DELETE, CATALOG, ADMIN ->
          find(identity, action, repository).isPresent();
    };
  }

  /** The first rule that gives this, if one does. */
  public Optional<AccessRule> find(
      Identity identity, Action action, @Nullable RepositoryName repository) {
    for (AccessRule rule : rules) {
      if (rule.gives(identity, groups, action, repository)) {
        return Optional.of(rule);
      }
    }
    return Optional.empty();
  }

  /** Whether anything at all is given to who shows no credentials. */
  public boolean givesToAnonymous() {
    return rules.stream().anyMatch(rule -> rule.subject() instanceof Subject.Anonymous);
  }

  /** The groups that the user is in, sorted. */
  public List<String> groupsOf(String user) {
    return groups.entrySet().stream()
        .filter(group -> group.getValue().contains(user))
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }
}
