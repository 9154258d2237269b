package io.stowage.registry.access;

import io.stowage.registry.oci.RepositoryName;
import org.jspecify.annotations.Nullable;

/**
 * What a credential is good for: a password for everything, a token for what it was issued for.
 * Safe for use by any number of threads; answers from memory.
 */
@FunctionalInterface
public interface Grant {
  /** Of a password, and of no credential at all. */
  Grant UNLIMITED = (action, repository) -> true;

  /**
   * Whether the credential may be used for this.
   *
   * @param repository the repository, or null where the action concerns the registry as a whole
   */
  boolean covers(Action action, @Nullable RepositoryName repository);

  /** Whether the catalog may show this repository to whoever shows the credential. */
  default boolean lists(RepositoryName repository) {
    return covers(Action.PULL, repository);
  }
}
