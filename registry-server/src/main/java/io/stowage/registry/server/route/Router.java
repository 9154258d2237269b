package io.stowage.registry.server.route;

import io.stowage.registry.access.Credential;
import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.Reference;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.oci.UploadId;
import java.util.ArrayList;
import java.util.List;

/**
 * Parses request paths. A path is never cleaned and nobody is redirected: what isn't exactly a
 * route is an error. Because {@code blobs}, {@code manifests}, {@code tags} and so on may be
 * components of a name too, a path is read from its right end. Escapes are decoded once, after the
 * path is split, so an escaped slash never separates anything.
 */
public final class Router {
  private final String prefix;

  /**
   * @param prefix the path under which everything stands: starts and ends with {@code /}
   */
  public Router(String prefix) {
    if (!prefix.startsWith("/") || !prefix.endsWith("/")) {
      throw new IllegalArgumentException("prefix: " + prefix + " (expected: /.../)");
    }
    this.prefix = prefix;
  }

  /**
   * The route of this path.
   *
   * @throws RegistryException that names what is wrong: the name, the digest, the tag, or the path
   */
  public Route parse(String method, String path) {
    if (!path.startsWith(prefix)) {
      throw unknown(path);
    }
    String rest = path.substring(prefix.length());
    if (rest.isEmpty()) {
      return new Route.Root();
    }
    if (rest.equals("v2") || rest.equals("v2/")) {
      return new Route.Base();
    }
    if (!rest.startsWith("v2/")) {
      throw unknown(path);
    }
    return parseSegments(method, path, segments(rest.substring("v2/".length())));
  }

  private static Route parseSegments(String method, String path, List<String> segments) {
    int size = segments.size();
    if (segments.equals(List.of("_catalog"))) {
      return new Route.Catalog();
    }
    if (segments.equals(List.of("_token"))) {
      return new Route.Token();
    }
    if (size < 4 && startsWith(segments, "_stowage", "tokens")) {
      return size == 2 ? new Route.PersonalTokens() : personalToken(at(segments, 1));
    }
    if (size < 4 && startsWith(segments, "_stowage", "robots")) {
      return size == 2 ? new Route.Robots() : robot(at(segments, 1));
    }
    if (endsWith(segments, "_oci", "ext", "discover")) {
      return new Route.Discovery(size == 3 ? null : name(segments, size - 3));
    }
    if (endsWith(segments, "tags", "list") && size > 2) {
      return new Route.TagList(name(segments, size - 2));
    }
    if (endsWith(segments, "tags", "list", "") && size > 3) {
      return new Route.TagList(name(segments, size - 3));
    }
    if (endsWith(segments, "blobs", "uploads") && size > 2) {
      return new Route.UploadStart(name(segments, size - 2));
    }
    if (endsWith(segments, "blobs", "uploads", "") && size > 3) {
      return new Route.UploadStart(name(segments, size - 3));
    }
    if (size > 3 && segments.get(size - 3).equals("blobs") && at(segments, 2).equals("uploads")) {
      RepositoryName name = name(segments, size - 3);
      return new Route.Upload(name, UploadId.parse(at(segments, 1)));
    }
    String last = size == 0 ? "" : at(segments, 1);
    if (size < 3 || last.isEmpty()) {
      throw unknown(path);
    }
    return switch (at(segments, 2)) {
      case "manifests" -> {
        RepositoryName name = name(segments, size - 2);
        yield new Route.Manifest(name, reference(method, name, last));
      }
      case "blobs" -> {
        RepositoryName name = name(segments, size - 2);
        yield new Route.Blob(name, Digest.parse(last));
      }
      case "referrers" -> {
        RepositoryName name = name(segments, size - 2);
        yield new Route.ReferrerList(name, Digest.parse(last));
      }
      default -> throw unknown(path);
    };
  }

  private static Route personalToken(String id) {
    if (!Credential.isId(id)) {
      throw new RegistryException(new RegistryError.CredentialUnknown(id));
    }
    return new Route.PersonalToken(id);
  }

  private static Route robot(String name) {
    if (!Credential.isRobotName(name)) {
      throw new RegistryException(new RegistryError.CredentialUnknown(name));
    }
    return new Route.Robot(name);
  }

  /** A tag that can't exist is unknown to who reads or deletes, and wrong from who writes. */
  private static Reference reference(String method, RepositoryName name, String text) {
    boolean writes = method.equals("PUT");
    if (text.indexOf(':') < 0 && !Tag.isValid(text) && !writes) {
      throw new RegistryException(new RegistryError.ManifestUnknown(name, text));
    }
    return Reference.parse(text);
  }

  private static RepositoryName name(List<String> segments, int end) {
    return RepositoryName.parse(String.join("/", segments.subList(0, end)));
  }

  private static String at(List<String> segments, int fromEnd) {
    return segments.get(segments.size() - fromEnd);
  }

  private static boolean startsWith(List<String> segments, String... words) {
    return segments.size() >= words.length
        && segments.subList(0, words.length).equals(List.of(words));
  }

  private static boolean endsWith(List<String> segments, String... words) {
    int start = segments.size() - words.length;
    return start >= 0 && segments.subList(start, segments.size()).equals(List.of(words));
  }

  private static List<String> segments(String path) {
    List<String> segments = new ArrayList<>(8);
    for (String raw : path.split("/", -1)) {
      String segment = Percent.decode(raw).orElseThrow(() -> escape(raw));
      if (segment.chars().anyMatch(c -> c == '/' || c == '\\' || c < ' ' || c == 0x7f)) {
        throw escape(raw);
      }
      segments.add(segment);
    }
    return segments;
  }

  private static RegistryException escape(String segment) {
    return new RegistryException(
        new RegistryError.RequestInvalid(
            segment, "a path has no escaped slash, backslash or control character"));
  }

  private static RegistryException unknown(String path) {
    return new RegistryException(new RegistryError.RouteUnknown(path));
  }
}
