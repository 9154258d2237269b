package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestVerifier;
import io.stowage.registry.oci.RepositoryName;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.util.Optional;

/**
 * Which blobs a repository has: what its layer links say, as far as the bytes bear it out. A link
 * that is whole vouches for a file that is not empty by mistake; a damaged link, or one by another
 * algorithm (an alias), for nothing: then the bytes are read and have to have the digest. So are
 * those of a file that is longer or shorter than somebody has said ({@link KnownSizes}).
 */
final class Layers {
  private final Layout layout;
  private final ContentCheck check;
  private final Findings findings;
  private final KnownSizes sizes;
  private final KnownLinks links = new KnownLinks(Clock.systemUTC());

  Layers(Layout layout, ContentCheck check, Findings findings, KnownSizes sizes) {
    this.layout = layout;
    this.check = check;
    this.findings = findings;
    this.sizes = sizes;
  }

  /** The blob, if it is linked here and complete. */
  Optional<BlobFile> find(RepositoryName repository, Digest digest) throws IOException {
    Path link = layout.layerLink(repository, digest);
    return switch (links.read(repository, digest, link)) {
      case Link.Absent() -> Optional.empty();
      case Link.To(Digest target) when target.equals(digest) -> whole(digest);
      case Link.To(Digest target) when target.algorithm() != digest.algorithm() ->
          checked(digest, layout.blob(target));
      case Link.To(Digest _), Link.Torn() -> {
        findings.report(link, "damaged link; it counts if the blob's bytes have the digest");
        yield checked(digest, layout.blob(digest));
      }
    };
  }

  /** The same for whoever was told a size: a file of another one is read before it counts. */
  Optional<BlobFile> find(RepositoryName repository, Digest digest, long size) throws IOException {
    Optional<BlobFile> found = find(repository, digest);
    return found.isEmpty() || found.get().size() == size
        ? found
        : checked(digest, found.get().file());
  }

  /** The bytes of this digest, linked or not; a file that is empty by mistake is none. */
  Optional<BlobFile> whole(Digest digest) throws IOException {
    Path file = layout.blob(digest);
    Optional<BasicFileAttributes> found =
        Stamp.attributes(file).filter(BasicFileAttributes::isRegularFile);
    if (found.isPresent() && found.get().size() == 0 && !DigestVerifier.isOfNothing(digest)) {
      findings.report(file, "empty file under the digest of other content; counts as absent");
      return Optional.empty();
    }
    if (found.isPresent() && sizes.contradict(digest, found.get().size())) {
      return checked(digest, file);
    }
    return found.map(attributes -> new BlobFile(digest, attributes.size(), file));
  }

  private Optional<BlobFile> checked(Digest digest, Path file) throws IOException {
    Optional<BasicFileAttributes> found =
        Stamp.attributes(file).filter(BasicFileAttributes::isRegularFile);
    if (found.isEmpty()) {
      return Optional.empty();
    }
    if (!check.matches(file, found.get(), digest)) {
      findings.report(file, "the bytes don't have the digest " + digest + "; counts as absent");
      return Optional.empty();
    }
    sizes.certain(digest, found.get().size());
    return Optional.of(new BlobFile(digest, found.get().size(), file));
  }
}
