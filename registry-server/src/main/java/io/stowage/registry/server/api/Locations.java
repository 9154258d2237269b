package io.stowage.registry.server.api;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.UploadId;
import io.stowage.registry.server.http.Request;

/**
 * The URLs that the registry gives out. Relative by default (RFC 9110, section 10.2.2), so that no
 * proxy in front can be named wrongly.
 *
 * @param origin what stands in front of every path
 * @param prefix the path under which everything stands: starts and ends with {@code /}
 */
public record Locations(Origin origin, String prefix) {

  /** Paths from the root of whatever host the client talks to. */
  public static final Locations RELATIVE = new Locations(request -> "", "/");

  /** Scheme and host of the URLs in a response, without a slash at the end; empty for none. */
  @FunctionalInterface
  public interface Origin {
    String of(Request request);

    /** As the client itself calls the server, see {@link Request#origin}. */
    static String ofConnection(Request request) {
      return request.origin().base();
    }
  }

  String blob(Request request, RepositoryName repository, Digest digest) {
    return of(request, repository, "/blobs/" + digest);
  }

  String manifest(Request request, RepositoryName repository, Digest digest) {
    return of(request, repository, "/manifests/" + digest);
  }

  String upload(Request request, RepositoryName repository, UploadId id) {
    return of(request, repository, "/blobs/uploads/" + id);
  }

  String personalToken(Request request, String id) {
    return of(request, "_stowage/tokens/" + id);
  }

  String robot(Request request, String name) {
    return of(request, "_stowage/robots/" + name);
  }

  private String of(Request request, RepositoryName repository, String path) {
    return of(request, repository + path);
  }

  private String of(Request request, String path) {
    return origin.of(request) + prefix + "v2/" + path;
  }

  /** A {@code Link} to the next page (RFC 8288): path only, as distribution writes it. */
  static String nextPage(Request request, String query) {
    return "<%s?%s>; rel=\"next\"".formatted(request.path(), query);
  }
}
