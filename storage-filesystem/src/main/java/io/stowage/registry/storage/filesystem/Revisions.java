package io.stowage.registry.storage.filesystem;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.stats.CacheStats;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestVerifier;
import io.stowage.registry.oci.MediaType;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.storage.ManifestFacts;
import io.stowage.registry.storage.ManifestReader;
import io.stowage.registry.storage.StoredManifest;
import io.stowage.registry.thread.NonBlocking;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which manifests a repository has: what its revision links say, as far as the bytes have the
 * digest and are a manifest. So it doesn't matter how well a link is preserved: the name of its
 * folder says the digest, and an alias only where else the bytes are.
 *
 * <p>Bytes and findings are remembered by digest, for they can't change; each use makes sure that
 * the file is still the one that was read.
 */
final class Revisions {
  /** Above this a file is no manifest, whatever a link says, and must not fill the memory. */
  private static final long LARGEST_MANIFEST_BYTES = 32L << 20;

  private static final long REMEMBERED_SUMMARIES = 20_000;

  /**
   * What lists need to know of a manifest.
   *
   * @param stamp of the file when it was read
   * @param facts what it says, or null if it has another digest or is no manifest
   */
  private record Summary(Stamp stamp, @Nullable Facts facts) {}

  /** The part of {@link ManifestFacts} that is small. */
  record Facts(@Nullable String artifactType, @Nullable Digest subject) {}

  private record Content(Stamp stamp, StoredManifest manifest) {}

  private final Layout layout;
  private final ManifestReader reader;
  private final Findings findings;
  private final Cache<Digest, Summary> summaries =
      Caffeine.newBuilder().maximumSize(REMEMBERED_SUMMARIES).executor(Runnable::run).build();
  private final Cache<Digest, Content> contents;
  private final KnownSizes sizes;
  private final KnownLinks links = new KnownLinks(Clock.systemUTC());

  /**
   * @param sizes hears of the content that manifests name
   */
  Revisions(
      Layout layout, ManifestReader reader, Findings findings, KnownSizes sizes, long cacheBytes) {
    this.layout = layout;
    this.reader = reader;
    this.findings = findings;
    this.sizes = sizes;
    this.contents =
        Caffeine.newBuilder()
            .maximumWeight(cacheBytes)
            .weigher((Digest digest, Content content) -> content.manifest().bytes().length + 256)
            .executor(Runnable::run)
            .recordStats()
            .build();
  }

  /** How well the cache of manifests did. */
  CacheCounts cacheCounts() {
    CacheStats stats = contents.stats();
    return new CacheCounts(stats.requestCount(), stats.hitCount());
  }

  /** Whether there is a link, in whatever state. */
  boolean isLinked(RepositoryName repository, Digest digest) throws IOException {
    return !(Link.read(layout.revisionLink(repository, digest)) instanceof Link.Absent);
  }

  /** Whether the repository has the manifest. */
  boolean has(RepositoryName repository, Digest digest) throws IOException {
    return facts(repository, digest).isPresent();
  }

  /** What the manifest says, if the repository has it. */
  Optional<Facts> facts(RepositoryName repository, Digest digest) throws IOException {
    Optional<Path> file = linked(repository, digest);
    return file.isEmpty() ? Optional.empty() : facts(digest, file.get());
  }

  /** The manifest, if the repository has it. */
  Optional<StoredManifest> find(RepositoryName repository, Digest digest) throws IOException {
    Optional<Path> file = linked(repository, digest);
    return file.isEmpty() ? Optional.empty() : read(digest, file.get());
  }

  /** Whether the bytes of this digest are there and sound, linked or not. */
  boolean isWhole(Digest digest) throws IOException {
    return facts(digest, layout.blob(digest)).isPresent();
  }

  /**
   * All that a manifest says, if it is sound, wherever its revision link leads. Nothing is
   * remembered of it: for passing over all manifests there are.
   */
  Optional<ManifestFacts> inspect(Path link, Digest digest) throws IOException {
    Path file =
        Link.read(link) instanceof Link.To(Digest target)
                && target.algorithm() != digest.algorithm()
            ? layout.blob(target)
            : layout.blob(digest);
    byte[] bytes = bytes(file);
    return DigestVerifier.digestOf(digest.algorithm(), bytes).equals(digest)
        ? reader.read(bytes)
        : Optional.empty();
  }

  /** Where the bytes of a linked manifest are, if they are there at all. */
  private Optional<Path> linked(RepositoryName repository, Digest digest) throws IOException {
    Path link = layout.revisionLink(repository, digest);
    return switch (links.read(repository, digest, link)) {
      case Link.Absent() -> Optional.empty();
      case Link.To(Digest target) when target.equals(digest) -> Optional.of(layout.blob(digest));
      case Link.To(Digest target) when target.algorithm() != digest.algorithm() ->
          Optional.of(layout.blob(target));
      case Link.To(Digest _), Link.Torn() -> {
        findings.report(link, "damaged link; it counts if the manifest's bytes have the digest");
        yield Optional.of(layout.blob(digest));
      }
    };
  }

  /** What the manifest in this file says, if it is sound. */
  Optional<Facts> facts(Digest digest, Path file) throws IOException {
    Optional<BasicFileAttributes> found = Stamp.attributes(file);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Summary known = summaries.getIfPresent(digest);
    if (known == null || !known.stamp().equals(Stamp.of(found.get()))) {
      read(digest, file);
      known = summaries.getIfPresent(digest);
    }
    return known == null ? Optional.empty() : Optional.ofNullable(known.facts());
  }

  private Optional<StoredManifest> read(Digest digest, Path file) throws IOException {
    Optional<BasicFileAttributes> found =
        Stamp.attributes(file).filter(BasicFileAttributes::isRegularFile);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Stamp stamp = Stamp.of(found.get());
    Content known = contents.getIfPresent(digest);
    if (known != null && known.stamp().equals(stamp)) {
      return Optional.of(known.manifest());
    }
    return load(digest, file, stamp);
  }

  private Optional<StoredManifest> load(Digest digest, Path file, Stamp stamp) throws IOException {
    NonBlocking.beforeBlocking();
    byte[] bytes = bytes(file);
    if (!DigestVerifier.digestOf(digest.algorithm(), bytes).equals(digest)) {
      findings.report(file, "the bytes don't have the digest " + digest + "; counts as absent");
      summaries.put(digest, new Summary(stamp, null));
      return Optional.empty();
    }
    Optional<ManifestFacts> facts = reader.read(bytes);
    if (facts.isEmpty()) {
      findings.report(file, "linked as a manifest and none; counts as absent");
      summaries.put(digest, new Summary(stamp, null));
      return Optional.empty();
    }
    sizes.named(facts.get());
    MediaType type = facts.get().mediaType();
    StoredManifest manifest = new StoredManifest(digest, type, bytes);
    contents.put(digest, new Content(stamp, manifest));
    Facts small = new Facts(facts.get().artifactType(), facts.get().subject());
    summaries.put(digest, new Summary(stamp, small));
    return Optional.of(manifest);
  }

  private static byte[] bytes(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes((int) LARGEST_MANIFEST_BYTES);
    } catch (NoSuchFileException e) {
      return new byte[0]; // removed a moment ago
    }
  }
}
