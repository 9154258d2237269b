package io.stowage.registry.notifications;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** Receivers for tests, with a short temper. */
final class TestEndpoints {
  private TestEndpoints() {}

  static Endpoint named(String name) {
    return at(name, URI.create("http://127.0.0.1:1/"));
  }

  static Endpoint at(String name, URI url) {
    return at(name, url, 10);
  }

  static Endpoint at(String name, URI url, int threshold) {
    return new Endpoint(
        name,
        url,
        Map.of(),
        Duration.ofSeconds(5),
        threshold,
        Duration.ofMillis(100),
        Set.of(),
        Set.of(),
        null);
  }
}
