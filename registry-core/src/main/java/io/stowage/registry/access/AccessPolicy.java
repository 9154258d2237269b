package io.stowage.registry.access;

import io.stowage.registry.oci.RepositoryName;
import org.jspecify.annotations.Nullable;

/** Who may do what. Safe for use by any number of threads; answers from memory. */
@FunctionalInterface
public interface AccessPolicy {
  /** Everybody may do everything: a registry without authentication. */
  AccessPolicy OPEN = (identity, action, repository) -> true;

  /** Whoever can log in may do everything, as with registry:2: a registry without rules. */
  AccessPolicy MEMBERS =
      (identity, action, repository) -> action == Action.PUBLIC || !identity.isAnonymous();

  /**
   * Whether the identity may do this.
   *
   * @param repository the repository, or null where the action concerns the registry as a whole
   */
  boolean allows(Identity identity, Action action, @Nullable RepositoryName repository);
}
