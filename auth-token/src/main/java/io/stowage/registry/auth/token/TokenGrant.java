package io.stowage.registry.auth.token;

import io.stowage.registry.access.Action;
import io.stowage.registry.access.Grant;
import io.stowage.registry.oci.RepositoryName;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rights in a token's {@code access} claim. The protocol has no word for overwriting a tag, so
 * a push covers it, and none for administration, so nothing does. Types and actions that it doesn't
 * know give nothing. Immutable; a question costs a look into a map.
 */
public final class TokenGrant implements Grant {
  private final List<ResourceAccess> access;
  private final Map<String, Set<Action>> byRepository = new HashMap<>();
  private final boolean catalog;

  public TokenGrant(List<ResourceAccess> access) {
    this.access = List.copyOf(access);
    boolean lists = false;
    for (ResourceAccess resource : this.access) {
      switch (resource.type()) {
        case ResourceAccess.REPOSITORY ->
            byRepository
                .computeIfAbsent(resource.name(), name -> EnumSet.noneOf(Action.class))
                .addAll(actions(resource.actions()));
        case ResourceAccess.REGISTRY ->
            lists |=
                resource.name().equals(ResourceAccess.CATALOG)
                    && resource.actions().contains(ResourceAccess.ALL);
        default -> {}
      }
    }
    this.catalog = lists;
  }

  private static Set<Action> actions(Set<String> words) {
    Set<Action> actions = EnumSet.noneOf(Action.class);
    for (String word : words) {
      switch (word) {
        case "pull" -> actions.add(Action.PULL);
        case "push" -> actions.addAll(Set.of(Action.PUSH, Action.TAG_OVERWRITE));
        case "delete" -> actions.add(Action.DELETE);
        case ResourceAccess.ALL ->
            actions.addAll(Set.of(Action.PULL, Action.PUSH, Action.TAG_OVERWRITE, Action.DELETE));
        default -> {}
      }
    }
    return actions;
  }

  /** The claim itself. */
  public List<ResourceAccess> access() {
    return access;
  }

  @Override
  public boolean covers(Action action, @Nullable RepositoryName repository) {
    return switch (action) {
      case PUBLIC, PING -> true;
      case CATALOG -> catalog;
      case PULL, PUSH, TAG_OVERWRITE, DELETE ->
          repository != null
              && byRepository.getOrDefault(repository.value(), Set.of()).contains(action);
      case ADMIN -> false;
    };
  }

  /** The protocol's scope for the catalog is for all of it, and comes without any other. */
  @Override
  public boolean lists(RepositoryName repository) {
    return catalog;
  }
}
