package io.stowage.registry.storage;

import io.stowage.registry.oci.RepositoryName;
import java.io.IOException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The repositories of a registry. One exists if and only if it has a manifest. */
public interface Repositories {
  /** Whether the repository has a manifest. */
  boolean exists(RepositoryName repository) throws IOException;

  /**
   * A page of names in byte order.
   *
   * @param visible which repositories the caller may see; the others are passed over
   * @param after the name after which the page starts (it need not exist), or null
   * @param limit how many names at most, 0 or more
   */
  Page<RepositoryName> list(Predicate<RepositoryName> visible, @Nullable String after, int limit)
      throws IOException;
}
