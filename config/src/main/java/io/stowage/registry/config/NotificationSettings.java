package io.stowage.registry.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who hears of pushes, pulls and deletes ({@code notifications}, {@code stowage.notifications}).
 *
 * @param includeReferences whether events of manifests list what the manifest names
 * @param headIsPull whether a {@code HEAD} of a blob or manifest counts as a pull, as in
 *     distribution
 * @param maxQueueBytes how much disk the events of one endpoint may take while they wait
 * @param maxAge how long an event is worth delivering
 * @param endpoints those that are not disabled; names are unique
 */
public record NotificationSettings(
    boolean includeReferences,
    boolean headIsPull,
    long maxQueueBytes,
    Duration maxAge,
    List<Endpoint> endpoints) {
  public NotificationSettings {
    endpoints = List.copyOf(endpoints);
  }

  /**
   * One receiver. Headers and secret never show.
   *
   * @param url http or https
   * @param headers sent with each request
   * @param timeout for one request
   * @param threshold how many failures in a row before it is left alone for the back-off
   * @param backoff how long it is left alone
   * @param ignoredMediaTypes events about these are not sent to it
   * @param ignoredActions events of these are not sent to it: push, pull, mount, delete
   * @param secret signs each request (HMAC); null for none
   */
  public record Endpoint(
      String name,
      URI url,
      Map<String, List<String>> headers,
      Duration timeout,
      int threshold,
      Duration backoff,
      Set<String> ignoredMediaTypes,
      Set<String> ignoredActions,
      @Nullable String secret) {
    public Endpoint {
      headers = Map.copyOf(headers);
      ignoredMediaTypes = Set.copyOf(ignoredMediaTypes);
      ignoredActions = Set.copyOf(ignoredActions);
    }

    @Override
    public String toString() {
      return "Endpoint[name=" + name + ", secret=" + (secret == null ? "" : Masked.SECRET) + "]";
    }
  }
}
