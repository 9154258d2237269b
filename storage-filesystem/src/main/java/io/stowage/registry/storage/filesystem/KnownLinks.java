package io.stowage.registry.storage.filesystem;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * The links to content that pulls ask for again and again, each known by its {@link Stamp}: a look
 * at the file instead of opening, reading and closing it. Not for tags, which move: those are read.
 *
 * <p>A file that changed a moment ago could change again without another stamp, so it is read again
 * until it has settled. Safe for use by any number of threads.
 */
final class KnownLinks {
  private static final long REMEMBERED = 10_000;

  /** Longer than the tick of any file system's clock; that of FAT is the longest. */
  static final Duration SETTLED = Duration.ofSeconds(3);

  private record Name(RepositoryName repository, Digest digest) {}

  private record Known(Stamp stamp, Link link) {}

  private final Clock clock;
  private final Cache<Name, Known> links =
      Caffeine.newBuilder().maximumSize(REMEMBERED).executor(Runnable::run).build();

  KnownLinks(Clock clock) {
    this.clock = clock;
  }

  /**
   * What the link holds by which the repository has this digest.
   *
   * @param file the link: always the same for a repository and a digest
   */
  Link read(RepositoryName repository, Digest digest, Path file) throws IOException {
    Optional<BasicFileAttributes> found = Stamp.attributes(file);
    if (found.isEmpty()) {
      return new Link.Absent();
    }
    Stamp stamp = Stamp.of(found.get());
    Name name = new Name(repository, digest);
    Known known = links.getIfPresent(name);
    if (known != null && known.stamp().equals(stamp)) {
      return known.link();
    }
    Link link = Link.read(file);
    if (hasSettled(stamp)) {
      links.put(name, new Known(stamp, link));
    }
    return link;
  }

  private boolean hasSettled(Stamp stamp) {
    Instant now = clock.instant();
    return stamp.modified().toInstant().isBefore(now.minus(SETTLED));
  }
}
