package io.stowage.registry.server.route;

import static io.stowage.registry.access.Action.ADMIN;
import static io.stowage.registry.access.Action.CATALOG;
import static io.stowage.registry.access.Action.PING;
import static io.stowage.registry.access.Action.PUBLIC;
import static io.stowage.registry.access.Action.PULL;
import static io.stowage.registry.access.Action.PUSH;
import static io.stowage.registry.server.route.Method.DELETE;
import static io.stowage.registry.server.route.Method.GET;
import static io.stowage.registry.server.route.Method.HEAD;
import static io.stowage.registry.server.route.Method.OPTIONS;
import static io.stowage.registry.server.route.Method.PATCH;
import static io.stowage.registry.server.route.Method.POST;
import static io.stowage.registry.server.route.Method.PUT;

import io.stowage.registry.access.Action;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.Reference;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.UploadId;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A fully parsed request target: one record for each endpoint of the distribution specification
 * ("Endpoints"), and of ours. A route names the action that each of its methods needs, so a method
 * without one does not exist.
 */
public sealed interface Route {

  /** What one must be allowed to do, by method. */
  Map<Method, Action> actions();

  /** What does as well as the action of this method, or null. */
  default @Nullable Action instead(Method method) {
    return null;
  }

  /** What kind of resource it is about, in the words of distribution's metrics where it has one. */
  default String resource() {
    return switch (this) {
      case Root _, Base _ -> "base";
      case Catalog _ -> "catalog";
      case Token _ -> "token";
      case PersonalTokens _, PersonalToken _, Robots _, Robot _ -> "credentials";
      case Discovery _ -> "discovery";
      case TagList _ -> "tags";
      case Manifest _ -> "manifest";
      case Blob _ -> "blob";
      case UploadStart _ -> "blob_upload";
      case Upload _ -> "blob_upload_chunk";
      case ReferrerList _ -> "referrers";
    };
  }

  /** The variable parts of its path by distribution's names for them. */
  default Map<String, String> variables() {
    return switch (this) {
      case Manifest(RepositoryName name, Reference reference) ->
          Map.of("name", name.value(), "reference", reference.toString());
      case Blob(RepositoryName name, Digest digest) ->
          Map.of("name", name.value(), "digest", digest.toString());
      case ReferrerList(RepositoryName name, Digest subject) ->
          Map.of("name", name.value(), "digest", subject.toString());
      case Upload(RepositoryName name, UploadId id) ->
          Map.of("name", name.value(), "uuid", id.value());
      case UploadStart(RepositoryName name) -> Map.of("name", name.value());
      case TagList(RepositoryName name) -> Map.of("name", name.value());
      case Root _,
          Base _,
          Catalog _,
          Token _,
          PersonalTokens _,
          PersonalToken _,
          Robots _,
          Robot _,
          Discovery _ ->
          Map.of();
    };
  }

  /** The repository that the route is about; null if it is about the registry as a whole. */
  default @Nullable RepositoryName repository() {
    return null;
  }

  /** The methods of the route in the order of an {@code Allow} header. */
  default SortedSet<String> allowed() {
    SortedSet<String> names = new TreeSet<>();
    actions().keySet().forEach(method -> names.add(method.name()));
    return names;
  }

  /**
   * {@code /}: is there anybody? Outside of the specification, and answered to everybody as long as
   * the process serves.
   */
  record Root() implements Route {
    @Override
    public Map<Method, Action> actions() {
      return Map.of(GET, PUBLIC, HEAD, PUBLIC, OPTIONS, PUBLIC);
    }
  }

  /** {@code /v2/} (end-1). */
  record Base() implements Route {
    @Override
    public Map<Method, Action> actions() {
      return Map.of(GET, PING, HEAD, PING, POST, PING, OPTIONS, PING);
    }
  }

  /** {@code /v2/_catalog}. */
  record Catalog() implements Route {
    @Override
    public Map<Method, Action> actions() {
      return Map.of(GET, CATALOG, HEAD, CATALOG, OPTIONS, CATALOG);
    }
  }

  /**
   * {@code /v2/_token}: tokens of our own (distribution, "Token Authentication Specification").
   * Whoever shows no credentials gets one too, for what everybody may do.
   */
  record Token() implements Route {
    @Override
    public Map<Method, Action> actions() {
      return Map.of(GET, PUBLIC, POST, PUBLIC, OPTIONS, PUBLIC);
    }
  }

  /**
   * {@code /v2/_stowage/tokens} (ours): the caller's own personal access tokens. Whether the caller
   * is a user, and showed a password, is for the handler to ask.
   */
  record PersonalTokens() implements Route {
    @Override
    public Map<Method, Action> actions() {
      return Map.of(GET, PING, HEAD, PING, POST, PING, OPTIONS, PING);
    }
  }

  /**
   * {@code /v2/_stowage/tokens/<id>} (ours). Whose it is, is for the handler to ask.
   *
   * @param id one that a credential may have
   */
  record PersonalToken(String id) implements Route {
    @Override
    public Map<Method, Action> actions() {
      return Map.of(DELETE, PING, OPTIONS, PING);
    }
  }

  /** {@code /v2/_stowage/robots} (ours). */
  record Robots() implements Route {
    @Override
    public Map<Method, Action> actions() {
      return Map.of(GET, ADMIN, HEAD, ADMIN, POST, ADMIN, OPTIONS, ADMIN);
    }
  }

  /**
   * {@code /v2/_stowage/robots/<name>} (ours).
   *
   * @param name one that a robot may have
   */
  record Robot(String name) implements Route {
    @Override
    public Map<Method, Action> actions() {
      return Map.of(DELETE, ADMIN, OPTIONS, ADMIN);
    }
  }

  /** {@code /v2/_oci/ext/discover}, and the same below a repository (extensions/_oci.md). */
  record Discovery(@Nullable RepositoryName repository) implements Route {
    @Override
    public Map<Method, Action> actions() {
      Action action = repository == null ? PING : PULL;
      return Map.of(GET, action, HEAD, action, OPTIONS, action);
    }
  }

  /** {@code /v2/<name>/tags/list} (end-8). */
  record TagList(RepositoryName repository) implements Route {
    @Override
    public Map<Method, Action> actions() {
      return Map.of(GET, PULL, HEAD, PULL, OPTIONS, PULL);
    }
  }

  /** {@code /v2/<name>/manifests/<reference>} (end-3, end-7, end-9). */
  record Manifest(RepositoryName repository, Reference reference) implements Route {
    @Override
    public Map<Method, Action> actions() {
      return Map.of(GET, PULL, HEAD, PULL, OPTIONS, PULL, PUT, PUSH, DELETE, Action.DELETE);
    }
  }

  /** {@code /v2/<name>/blobs/<digest>} (end-2, end-10). */
  record Blob(RepositoryName repository, Digest digest) implements Route {
    @Override
    public Map<Method, Action> actions() {
      return Map.of(GET, PULL, HEAD, PULL, OPTIONS, PULL, DELETE, Action.DELETE);
    }
  }

  /** {@code /v2/<name>/blobs/uploads/} (end-4, end-11). */
  record UploadStart(RepositoryName repository) implements Route {
    @Override
    public Map<Method, Action> actions() {
      return Map.of(POST, PUSH, OPTIONS, PULL);
    }
  }

  /** {@code /v2/<name>/blobs/uploads/<id>} (end-5, end-6, end-13, end-14). */
  record Upload(RepositoryName repository, UploadId id) implements Route {
    @Override
    public Map<Method, Action> actions() {
      return Map.of(GET, PUSH, HEAD, PUSH, OPTIONS, PULL, PATCH, PUSH, PUT, PUSH, DELETE, PUSH);
    }

    /** Cancelling is a part of pushing; tokens made for distribution carry the other right. */
    @Override
    public @Nullable Action instead(Method method) {
      return method == DELETE ? Action.DELETE : null;
    }
  }

  /** {@code /v2/<name>/referrers/<digest>} (end-12). */
  record ReferrerList(RepositoryName repository, Digest subject) implements Route {
    @Override
    public Map<Method, Action> actions() {
      return Map.of(GET, PULL, HEAD, PULL, OPTIONS, PULL);
    }
  }
}
