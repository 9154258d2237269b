package io.stowage.registry.server;

import java.util.List;

/** Targets of requests: at least one for each kind of route. */
final class Targets {
  private static final String DIGEST = Content.of("x").digest().toString();

  private Targets() {}

  /** Those of the registry as a whole, and those below a repository. */
  static List<String> in(String repository) {
    String below = "/v2/" + repository;
    return List.of(
        "/",
        "/v2/",
        "/v2/_catalog",
        "/v2/_token",
        "/v2/_stowage/tokens",
        "/v2/_stowage/tokens/0000000000",
        "/v2/_stowage/robots",
        "/v2/_stowage/robots/nobody",
        "/v2/_oci/ext/discover",
        below + "/_oci/ext/discover",
        below + "/tags/list",
        below + "/manifests/v1",
        below + "/manifests/" + DIGEST,
        below + "/blobs/" + DIGEST,
        below + "/blobs/uploads/",
        below + "/blobs/uploads/00000000-0000-4000-8000-000000000000",
        below + "/referrers/" + DIGEST);
  }
}
