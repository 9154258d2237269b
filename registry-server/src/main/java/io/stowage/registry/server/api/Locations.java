package io.stowage.registry.server.api;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.UploadId;
import io.stowage.registry.server.http.Request;

/**
 * The URLs that the registry gives out. Relative by default (RFC 9110, section 10.2.2), so that no
 * proxy in front can be named wrongly; with a base URL if the operator configured one.
 *
 * @param base what stands in front of every path, ends without {@code /}; empty for relative URLs
 * @param prefix the path under which everything stands: starts and ends with {@code /}
 */
public record Locations(String base, String prefix) {

  /** Paths from the root of whatever host the client talks to. */
  public static final Locations RELATIVE = new Locations("", "/");

  String blob(RepositoryName repository, Digest digest) {
    return of(repository, "/blobs/" + digest);
  }

  String manifest(RepositoryName repository, Digest digest) {
    return of(repository, "/manifests/" + digest);
  }

  String upload(RepositoryName repository, UploadId id) {
    return of(repository, "/blobs/uploads/" + id);
  }

  /** The target of a {@code Link} to the next page: path only, as distribution writes it. */
  String nextPage(Request request, String query) {
    return request.path() + "?" + query;
  }

  private String of(RepositoryName repository, String path) {
    return base + prefix + "v2/" + repository + path;
  }
}
