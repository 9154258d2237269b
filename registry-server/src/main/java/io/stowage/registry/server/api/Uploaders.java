package io.stowage.registry.server.api;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import java.net.InetAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Remembers for a while who has just brought which blob. Classic docker looks at each layer right
 * after it has sent it; that look tells it nothing new, and must not count as the question of a
 * second client, for whom the blob would be kept long after its image is deleted
 * (docs/decisions/0019).
 *
 * <p>Only the first look counts as the uploader's own. What is forgotten here counts as somebody
 * else's, which keeps more and never less. Safe for use by any number of threads.
 */
final class Uploaders {
  private static final Duration REMEMBERED = Duration.ofMinutes(10);
  private static final long MOST = 10_000;

  /** As far as requests tell one client from another. */
  private record Arrival(
      @Nullable InetAddress client,
      String user,
      String agent,
      RepositoryName repository,
      Digest digest) {

    static Arrival of(Exchange exchange, RepositoryName repository, Digest digest) {
      return new Arrival(
          exchange.request().client(),
          exchange.caller().identity().user(),
          exchange.request().headers().first("User-Agent").orElse(""),
          repository,
          digest);
    }
  }

  private final Cache<Arrival, Boolean> arrivals =
      Caffeine.newBuilder()
          .maximumSize(MOST)
          .expireAfterWrite(REMEMBERED)
          .executor(Runnable::run)
          .build();

  /** The client of this exchange has brought the blob. */
  void brought(Exchange exchange, RepositoryName repository, Digest digest) {
    arrivals.put(Arrival.of(exchange, repository, digest), true);
  }

  /** Whether this is the first look of whoever brought the blob. */
  boolean looksAfterwards(Exchange exchange, RepositoryName repository, Digest digest) {
    return arrivals.estimatedSize() > 0
        && arrivals.getIfPresent(Arrival.of(exchange, repository, digest)) != null;
  }

  /** Whoever brought the blob has looked. */
  void looked(Exchange exchange, RepositoryName repository, Digest digest) {
    arrivals.invalidate(Arrival.of(exchange, repository, digest));
  }
}
