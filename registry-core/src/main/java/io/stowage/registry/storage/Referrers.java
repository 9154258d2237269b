package io.stowage.registry.storage;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import java.io.IOException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which manifests of a repository name a given one as their subject (distribution-spec, "Listing
 * Referrers"). Entries come and go with the manifests; nobody writes here. Manifests that were on
 * the volume before this index existed are listed too.
 */
public interface Referrers {
  /**
   * A page of referrers in a stable order; one that comes while somebody is paging may be missed,
   * and none is repeated. An unknown repository or subject has none.
   *
   * @param artifactTypes only referrers of these types; an empty set means all
   * @param after the cursor after which the page starts, or null for the first page; a cursor that
   *     was never given out starts at the first entry behind its place
   * @param limit how many at most, 1 or more
   */
  Page<Referrer> list(
      RepositoryName repository,
      Digest subject,
      Set<String> artifactTypes,
      @Nullable String after,
      int limit)
      throws IOException;
}
