package io.stowage.registry.auth.token;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What may be done with one resource, in the words of the token protocol (distribution, "Token
 * Scope Documentation").
 *
 * @param type {@link #REPOSITORY} or {@link #REGISTRY}
 * @param actions in the order they were named
 */
public record ResourceAccess(String type, String name, Set<String> actions) {
  public static final String REPOSITORY = "repository";
  public static final String REGISTRY = "registry";

  /** Stands for every action. */
  public static final String ALL = "*";

  /** The catalog, as a resource of the registry. */
  static final String CATALOG = "catalog";

  public ResourceAccess {
    actions = Collections.unmodifiableSet(new LinkedHashSet<>(actions));
  }

  /**
   * Parses what a client asks for: {@code repository:a/b:pull,push}, {@code registry:catalog:*}, or
   * with a class, {@code repository(plugin):a/b:pull}. What is malformed or of an unknown type is
   * passed over, and scopes of the same resource become one.
   *
   * @param scopes each one or several, separated by spaces
   */
  public static List<ResourceAccess> parseScopes(List<String> scopes) {
    Map<List<String>, Set<String>> actions = new LinkedHashMap<>();
    for (String several : scopes) {
      for (String scope : several.split(" ", -1)) {
        parseScope(scope)
            .ifPresent(
                access ->
                    actions
                        .computeIfAbsent(
                            List.of(access.type, access.name), key -> new LinkedHashSet<>())
                        .addAll(access.actions));
      }
    }
    List<ResourceAccess> parsed = new ArrayList<>();
    actions.forEach(
        (key, words) -> parsed.add(new ResourceAccess(key.getFirst(), key.getLast(), words)));
    return parsed;
  }

  /** A name may have colons in it, as the port of a host: type and actions have none. */
  private static Optional<ResourceAccess> parseScope(String scope) {
    int first = scope.indexOf(':');
    int last = scope.lastIndexOf(':');
    if (first < 0 || last <= first + 1) {
      return Optional.empty();
    }
    String type = withoutClass(scope.substring(0, first));
    List<String> actions =
        Arrays.stream(scope.substring(last + 1).split(",", -1))
            .filter(action -> !action.isEmpty())
            .toList();
    boolean known = type.equals(REPOSITORY) || type.equals(REGISTRY);
    return known && !actions.isEmpty()
        ? Optional.of(
            new ResourceAccess(
                type, scope.substring(first + 1, last), new LinkedHashSet<>(actions)))
        : Optional.empty();
  }

  private static String withoutClass(String type) {
    int open = type.indexOf('(');
    return open > 0 && type.endsWith(")") ? type.substring(0, open) : type;
  }

  /** As a scope is written. */
  @Override
  public String toString() {
    return type + ":" + name + ":" + String.join(",", actions);
  }
}
