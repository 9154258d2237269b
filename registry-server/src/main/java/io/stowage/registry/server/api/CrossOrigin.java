package io.stowage.registry.server.api;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.http.Request;
import io.stowage.registry.server.http.Response;
import io.stowage.registry.server.route.Route;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Which web pages may use the registry from a browser (Fetch standard, "CORS protocol"). A browser
 * asks first, by a preflight request that never has credentials, so it is answered before anybody
 * logs in; and it shows a page nothing of an answer that doesn't name the page's origin, so every
 * answer does, errors too.
 *
 * <p>A page of a listed origin may send credentials. {@code *} allows all pages, none of them with
 * credentials that the browser keeps. An origin that isn't allowed gets 403 to its preflight and no
 * field of the protocol, as the standard asks of a server that does not take part.
 */
public final class CrossOrigin {
  /** No page may: the protocol isn't spoken. */
  public static final CrossOrigin NONE = new CrossOrigin(Set.of(), Duration.ZERO, Headers.EMPTY);

  private static final String ANY = "*";
  private static final String ALLOW_ORIGIN = "Access-Control-Allow-Origin";
  private static final String ALLOW_CREDENTIALS = "Access-Control-Allow-Credentials";
  private static final Pattern ORIGIN =
      Pattern.compile("[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\\[[0-9a-f:.]+])(:\\d{1,5})?");

  /** Which browsers leave out. */
  private static final Pattern DEFAULT_PORT =
      Pattern.compile("^(http://.*):80$|^(https://.*):443$");

  private static final Pattern LIST = Pattern.compile("[ \\t]*,[ \\t]*");

  /** What registries answer with and a page could not read otherwise. */
  private static final String EXPOSED =
      String.join(
          ", ",
          "Docker-Content-Digest",
          "Docker-Upload-UUID",
          "Docker-Distribution-API-Version",
          "Link",
          "Location",
          "Range",
          "Content-Range",
          "Accept-Ranges",
          "ETag",
          "WWW-Authenticate",
          "Retry-After",
          "OCI-Subject",
          "OCI-Tag",
          "OCI-Filters-Applied",
          "OCI-Chunk-Min-Length",
          "Warning",
          "X-Request-Id");

  /** What a page may send; and all that begins with {@code docker-}. In lower case. */
  private static final Set<String> SENDABLE =
      Set.of(
          "accept",
          "authorization",
          "cache-control",
          "content-range",
          "content-type",
          "if-match",
          "if-modified-since",
          "if-none-match",
          "if-range",
          "range",
          "x-requested-with");

  private final Set<String> origins;
  private final Duration maxAge;
  private final Headers configured;

  private CrossOrigin(Set<String> origins, Duration maxAge, Headers configured) {
    this.origins = origins;
    this.maxAge = maxAge;
    this.configured = configured;
  }

  /**
   * Allows the pages of these origins.
   *
   * @param origins each {@code scheme://host} or {@code scheme://host:port}, or {@code *}
   * @param maxAge how long a browser may remember the answer to a preflight
   * @throws IllegalArgumentException that names what is no origin
   */
  public static CrossOrigin allowing(List<String> origins, Duration maxAge) {
    Set<String> checked = new TreeSet<>();
    for (String origin : origins) {
      String lower = origin.toLowerCase(Locale.ROOT);
      if (!lower.equals(ANY) && !ORIGIN.matcher(lower).matches()) {
        throw new IllegalArgumentException(
            "allowed origin: %s (expected: scheme://host, scheme://host:port, or *)"
                .formatted(origin));
      }
      checked.add(DEFAULT_PORT.matcher(lower).replaceFirst("$1$2"));
    }
    return new CrossOrigin(Set.copyOf(checked), maxAge, Headers.EMPTY);
  }

  /**
   * The same beside fields that every response has anyhow, because they are configured: ours of the
   * same name are left out.
   */
  CrossOrigin beside(Headers everywhere) {
    return new CrossOrigin(origins, maxAge, everywhere);
  }

  /** These fields without credentials for all pages, whoever configured that. */
  Headers sound(Headers everywhere) {
    return origins.contains(ANY)
        ? everywhere.toBuilderWithout(Headers.of(ALLOW_CREDENTIALS, "")).build()
        : everywhere;
  }

  /** Whether a browser asks by this request what a page may do. */
  boolean isPreflight(Request request) {
    return !origins.isEmpty()
        && request.method().equals("OPTIONS")
        && request.headers().contains("Origin")
        && request.headers().contains("Access-Control-Request-Method");
  }

  /**
   * The answer to a preflight, without what {@link #headers} adds to all answers.
   *
   * @throws RegistryException if the origin is not allowed
   */
  Response preflight(Request request, Route route) {
    if (allowedOrigin(request).isEmpty()) {
      throw new RegistryException(
          new RegistryError.Denied("requests from web pages of this origin are not allowed"));
    }
    Headers.Builder headers =
        Headers.builder().add("Access-Control-Allow-Methods", String.join(", ", route.allowed()));
    List<String> sendable = sendable(request);
    if (!sendable.isEmpty()) {
      headers.add("Access-Control-Allow-Headers", String.join(", ", sendable));
    }
    headers.add("Access-Control-Max-Age", Long.toString(maxAge.toSeconds()));
    return Response.of(204, headers.build().toBuilderWithout(configured).build());
  }

  /** What the answer to this request says of the page that made it, if a page did. */
  Headers headers(Request request) {
    if (origins.isEmpty()) {
      return Headers.EMPTY;
    }
    Headers.Builder headers = Headers.builder();
    allowedOrigin(request)
        .ifPresent(
            origin -> {
              headers.add(ALLOW_ORIGIN, origin);
              if (!origin.equals(ANY)) {
                headers.add(ALLOW_CREDENTIALS, "true");
              }
              headers.add("Access-Control-Expose-Headers", EXPOSED);
            });
    return headers.build().toBuilderWithout(configured).add("Vary", "Origin").build();
  }

  /** The origin that is allowed by this request: its own, or {@code *}. */
  private Optional<String> allowedOrigin(Request request) {
    List<String> named = request.headers().all("Origin");
    if (named.size() != 1) {
      return Optional.empty();
    }
    String origin = named.getFirst();
    if (origins.contains(origin)) {
      return Optional.of(origin);
    }
    return origins.contains(ANY) ? Optional.of(ANY) : Optional.empty();
  }

  /** Of what the page would like to send, what it may. */
  private static List<String> sendable(Request request) {
    List<String> names = new ArrayList<>();
    for (String field : request.headers().all("Access-Control-Request-Headers")) {
      for (String name : LIST.split(field.strip().toLowerCase(Locale.ROOT), -1)) {
        if (SENDABLE.contains(name) || isDockers(name)) {
          names.add(name);
        }
      }
    }
    return names;
  }

  private static boolean isDockers(String name) {
    return name.startsWith("docker-")
        && name.chars().allMatch(c -> (c >= 'a' && c <= 'z') || c == '-');
  }
}
