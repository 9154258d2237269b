package io.stowage.registry.notifications;

import io.stowage.registry.event.RegistryEvent;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One receiver, as configured. Headers, secret and the credentials of the URL never show.
 *
 * @param name unique; what its queue is found by after a restart
 * @param url http or https
 * @param headers sent with each request
 * @param timeout for one request, until the head of its response
 * @param threshold how many failures in a row before it is left alone for the back-off
 * @param backoff how long it is left alone
 * @param ignoredMediaTypes it hears nothing of content of these types
 * @param ignoredKinds it hears nothing of these
 * @param secret with which each request is signed; null for none
 */
public record Endpoint(
    String name,
    URI url,
    Map<String, List<String>> headers,
    Duration timeout,
    int threshold,
    Duration backoff,
    Set<String> ignoredMediaTypes,
    Set<RegistryEvent.Kind> ignoredKinds,
    @Nullable String secret) {
  public Endpoint {
    headers = Map.copyOf(headers);
    ignoredMediaTypes = Set.copyOf(ignoredMediaTypes);
    ignoredKinds = Set.copyOf(ignoredKinds);
    if (threshold < 1 || !timeout.isPositive() || backoff.isNegative()) {
      throw new IllegalArgumentException(
          "threshold %d, timeout %s, backoff %s (expected: positive)"
              .formatted(threshold, timeout, backoff));
    }
  }

  boolean wants(RegistryEvent event) {
    return wants(event.kind()) && !ignoredMediaTypes.contains(event.target().mediaType());
  }

  boolean wants(RegistryEvent.Kind kind) {
    return !ignoredKinds.contains(kind);
  }

  /** The URL without user, password and query, for logs and metrics. */
  String shownUrl() {
    String port = url.getPort() < 0 ? "" : ":" + url.getPort();
    String path = url.getRawPath() == null ? "" : url.getRawPath();
    return url.getScheme() + "://" + url.getHost() + port + path;
  }

  @Override
  public String toString() {
    return "Endpoint[name=" + name + ", url=" + shownUrl() + "]";
  }
}
