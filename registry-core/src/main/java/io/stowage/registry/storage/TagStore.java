package io.stowage.registry.storage;

import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tags: names that move between manifests. They are set by {@link ManifestStore#put}. */
public interface TagStore {
  /** The manifest that the tag is on; empty if there is no such tag or its record is damaged. */
  Optional<Digest> find(RepositoryName repository, Tag tag) throws IOException;

  /**
   * A page of tags in byte order. Only tags on a manifest that the repository has are listed.
   *
   * @param after the tag after which the page starts (it need not exist), or null for the first
   *     page
   * @param limit how many tags at most, 0 or more
   * @throws RegistryException with {@code NameUnknown} if the repository has no manifest
   */
  Page<Tag> list(RepositoryName repository, @Nullable String after, int limit) throws IOException;

  /**
   * Removes the tag and nothing else.
   *
   * @return whether there was one
   */
  boolean delete(RepositoryName repository, Tag tag) throws IOException;
}
