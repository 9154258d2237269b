package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Descriptor;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.DigestVerifier;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.storage.ManifestFacts;
import io.stowage.registry.storage.ManifestReader;
import io.stowage.registry.storage.StoredManifest;
import io.stowage.registry.storage.filesystem.VolumeFinding.Damage;
import io.stowage.registry.storage.filesystem.VolumeFinding.LinkName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;

/**
 * Goes through one repository: its links to blobs, its manifests with all that they name, its tags.
 * Holds the names of one folder at a time and one manifest.
 */
final class RepositoryCheck {
  private final Layout layout;
  private final Layers layers;
  private final Revisions revisions;
  private final ManifestReader reader;
  private final Looks looks;
  private final boolean content;
  private long repositories;
  private long manifests;

  /**
   * @param content whether an alias is believed only if its bytes have the digest
   */
  RepositoryCheck(
      Layout layout,
      Layers layers,
      Revisions revisions,
      ManifestReader reader,
      Looks looks,
      boolean content) {
    this.layout = layout;
    this.layers = layers;
    this.revisions = revisions;
    this.reader = reader;
    this.looks = looks;
    this.content = content;
  }

  long repositories() {
    return repositories;
  }

  long manifests() {
    return manifests;
  }

  void check(RepositoryName name) throws IOException {
    repositories++;
    looks.look(layout.repository(name), found -> lookAtFolders(name, found));
    eachDigest(layout.layers(name), digest -> checkLayer(name, digest));
    eachDigest(Layout.revisionsIn(layout.repository(name)), digest -> checkManifest(name, digest));
    new TagCheck(layout, revisions, looks).check(name);
  }

  private void lookAtFolders(RepositoryName name, List<VolumeFinding> found) {
    if (Files.isDirectory(layout.manifests(name)) && !Files.isDirectory(layout.layers(name))) {
      found.add(new VolumeFinding.RepositoryWithoutLayers(name, layout.repository(name)));
    }
  }

  private interface Visitor {
    void visit(Digest digest) throws IOException;
  }

  /** Each digest that has a folder below this one; other names are odd. */
  private void eachDigest(Path folder, Visitor visitor) throws IOException {
    for (String algorithm : Listing.of(folder, looks)) {
      Path known = folder.resolve(algorithm);
      if (DigestAlgorithm.find(algorithm).isEmpty()) {
        RepositoryNames.foreign(known, looks);
        continue;
      }
      for (String hex : Listing.of(known, looks)) {
        Optional<Digest> digest = Digest.find(algorithm + ":" + hex);
        if (digest.isPresent()) {
          visitor.visit(digest.get());
        } else if (!hex.endsWith(Layout.TEMPORARY_SUFFIX)) {
          RepositoryNames.foreign(known.resolve(hex), looks);
        }
      }
    }
  }

  // --- layers

  private void checkLayer(RepositoryName name, Digest digest) throws IOException {
    Path file = layout.layerLink(name, digest);
    looks.look(file, found -> lookAtLayer(name, digest, file, found));
  }

  private void lookAtLayer(RepositoryName name, Digest digest, Path file, List<VolumeFinding> found)
      throws IOException {
    Link link = Link.read(file);
    if (link instanceof Link.To(Digest target) && target.algorithm() != digest.algorithm()) {
      found.add(
          isAliasSound(name, digest, target)
              ? new VolumeFinding.Alias(name, digest, target, file)
              : new VolumeFinding.DanglingAlias(name, digest, target, file));
      return;
    }
    lookAtLink(link, new LinkName.Layer(name, digest), digest, file, found);
    if (link.isTo(digest) && Stamp.attributes(layout.blob(digest)).isEmpty()) {
      found.add(new VolumeFinding.LayerWithoutBytes(name, digest, file));
    }
  }

  private boolean isAliasSound(RepositoryName name, Digest digest, Digest target)
      throws IOException {
    return content
        ? layers.find(name, digest).isPresent()
        : Files.isRegularFile(layout.blob(target));
  }

  /** What is wrong with a link that should lead to this digest. */
  static void lookAtLink(
      Link link, LinkName name, Digest digest, Path file, List<VolumeFinding> found)
      throws IOException {
    switch (link) {
      case Link.Absent() -> {} // a folder without a link is what a delete leaves
      case Link.Torn() -> found.add(new VolumeFinding.TornLink(name, file));
      case Link.To(Digest target) -> {
        if (!target.equals(digest)) {
          found.add(new VolumeFinding.MisdirectedLink(name, target, file));
        } else if (!Link.isWhole(file, digest)) {
          found.add(new VolumeFinding.PaddedLink(name, digest, file));
        }
      }
    }
  }

  // --- manifests

  private void checkManifest(RepositoryName name, Digest digest) throws IOException {
    Path file = layout.revisionLink(name, digest);
    looks.look(file, found -> lookAtManifest(name, digest, file, found));
    manifests++;
  }

  private void lookAtManifest(
      RepositoryName name, Digest digest, Path file, List<VolumeFinding> found) throws IOException {
    Link link = Link.read(file);
    if (link instanceof Link.Absent) {
      return;
    }
    boolean alias =
        link instanceof Link.To(Digest target) && target.algorithm() != digest.algorithm();
    Optional<StoredManifest> manifest = revisions.find(name, digest);
    if (alias && link instanceof Link.To(Digest target)) {
      found.add(
          manifest.isPresent()
              ? new VolumeFinding.Alias(name, digest, target, file)
              : new VolumeFinding.DanglingAlias(name, digest, target, file));
    } else {
      lookAtLink(link, new LinkName.Revision(name, digest), digest, file, found);
      if (manifest.isEmpty()) {
        found.add(new VolumeFinding.DamagedManifest(name, digest, damage(digest), file));
      }
    }
    if (manifest.isPresent()) {
      lookAtContent(name, manifest.get(), file, found);
    }
  }

  private Damage damage(Digest digest) throws IOException {
    Path file = layout.blob(digest);
    Optional<BasicFileAttributes> attributes = Stamp.attributes(file);
    if (attributes.isEmpty()) {
      return Damage.NO_BYTES;
    }
    return ContentCheck.read(file, new DigestVerifier(digest.algorithm())).verify(digest)
        ? Damage.NO_MANIFEST
        : Damage.WRONG_BYTES;
  }

  private void lookAtContent(
      RepositoryName name, StoredManifest manifest, Path file, List<VolumeFinding> found)
      throws IOException {
    Optional<ManifestFacts> facts = reader.read(manifest.bytes());
    if (facts.isEmpty()) {
      return;
    }
    for (Descriptor blob : facts.get().blobs()) {
      if (!isKeptElsewhere(blob)) {
        Optional<Long> size = layers.find(name, blob.digest()).map(BlobFile::size);
        compare(name, manifest.digest(), blob, size, file, found);
      }
    }
    for (Descriptor child : facts.get().manifests()) {
      compare(name, manifest.digest(), child, childSize(name, child.digest()), file, found);
    }
  }

  /** Some indexes name plain blobs beside manifests. */
  private Optional<Long> childSize(RepositoryName name, Digest child) throws IOException {
    Optional<StoredManifest> manifest = revisions.find(name, child);
    return manifest.isPresent()
        ? Optional.of((long) manifest.get().bytes().length)
        : layers.find(name, child).map(BlobFile::size);
  }

  /** Layers that must not be distributed are named by manifests, and pushed by nobody. */
  private static boolean isKeptElsewhere(Descriptor blob) {
    return blob.mediaType().startsWith("application/vnd.oci.image.layer.nondistributable.")
        || blob.mediaType().startsWith("application/vnd.docker.image.rootfs.foreign.");
  }

  private static void compare(
      RepositoryName name,
      Digest manifest,
      Descriptor wanted,
      Optional<Long> size,
      Path file,
      List<VolumeFinding> found) {
    if (size.isEmpty()) {
      found.add(new VolumeFinding.MissingContent(name, manifest, wanted, file));
    } else if (size.get() != wanted.size()) {
      found.add(new VolumeFinding.WrongSize(name, manifest, wanted, size.get(), file));
    }
  }
}
