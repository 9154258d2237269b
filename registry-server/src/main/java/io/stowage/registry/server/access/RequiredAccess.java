package io.stowage.registry.server.access;

import io.stowage.registry.access.Action;
import io.stowage.registry.error.RegistryError;
import io.stowage.registry.oci.RepositoryName;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a request needs, in the words of the token protocol of distribution: what a client is to ask
 * a token for.
 *
 * @param type {@code repository} or {@code registry}
 * @param actions {@code pull}, {@code push}, {@code delete} or {@code *}
 */
public record RequiredAccess(String type, String name, List<String> actions) {
  public RequiredAccess {
    actions = List.copyOf(actions);
  }

  /** What an action needs; nothing where any proof will do. */
  static List<RequiredAccess> of(Action action, @Nullable RepositoryName repository) {
    return switch (action) {
      case PUBLIC, PING -> List.of();
      case PULL -> on(repository, "pull");
      case PUSH, TAG_OVERWRITE -> on(repository, "pull", "push");
      case DELETE -> on(repository, "delete");
      case CATALOG -> List.of(new RequiredAccess("registry", "catalog", List.of("*")));
      case ADMIN ->
          repository == null
              ? List.of(new RequiredAccess("registry", "admin", List.of("*")))
              : on(repository, "*");
    };
  }

  private static List<RequiredAccess> on(@Nullable RepositoryName repository, String... actions) {
    return repository == null
        ? List.of()
        : List.of(new RequiredAccess("repository", repository.value(), List.of(actions)));
  }

  /** {@code repository:team/app:pull,push repository:base:pull}. */
  static String scope(List<RequiredAccess> required) {
    return required.stream()
        .map(one -> one.type + ":" + one.name + ":" + String.join(",", one.actions))
        .collect(Collectors.joining(" "));
  }

  /** One for each action, as distribution lists them. */
  static List<RegistryError.NeededRight> rights(List<RequiredAccess> required) {
    return required.stream()
        .flatMap(
            one ->
                one.actions.stream()
                    .map(action -> new RegistryError.NeededRight(one.type, one.name, action)))
        .toList();
  }
}
