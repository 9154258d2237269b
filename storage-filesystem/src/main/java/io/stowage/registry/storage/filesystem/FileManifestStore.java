package io.stowage.registry.storage.filesystem;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.Descriptor;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.DigestVerifier;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.storage.ManifestFacts;
import io.stowage.registry.storage.ManifestPut;
import io.stowage.registry.storage.ManifestStore;
import io.stowage.registry.storage.StoredManifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Manifests by their revision links, with the tags on them. The order of each change is that of the
 * crash table in docs/storage-layout.md: a reader never finds a name before what it names.
 */
final class FileManifestStore implements ManifestStore {
  private final Layout layout;
  private final Revisions revisions;
  private final Layers layers;
  private final TagFolders tags;
  private final FileRepositories repositories;
  private final FolderCache<ReferrerIndex> referrers;
  private final FolderCache<Names> folders;
  private final Durability durability;
  private final Locks locks;
  private final Arrivals arrivals;
  private final RequiredContent required;
  private final Reliance reliance;
  private final Meanwhile meanwhile;

  FileManifestStore(
      Layout layout,
      Revisions revisions,
      Layers layers,
      TagFolders tags,
      FileRepositories repositories,
      FolderCache<ReferrerIndex> referrers,
      FolderCache<Names> folders,
      Durability durability,
      Locks locks,
      Arrivals arrivals,
      Reliance reliance,
      Meanwhile meanwhile) {
    this.layout = layout;
    this.revisions = revisions;
    this.layers = layers;
    this.tags = tags;
    this.repositories = repositories;
    this.referrers = referrers;
    this.folders = folders;
    this.durability = durability;
    this.locks = locks;
    this.arrivals = arrivals;
    this.required = new RequiredContent(layers, revisions);
    this.reliance = reliance;
    this.meanwhile = meanwhile;
  }

  @Override
  public Optional<StoredManifest> find(RepositoryName repository, Digest digest)
      throws IOException {
    return revisions.find(repository, digest);
  }

  @Override
  public Optional<StoredManifest> confirm(RepositoryName repository, Digest digest)
      throws IOException {
    return reliance.confirm(repository, digest, () -> find(repository, digest));
  }

  // --- put

  @Override
  public void put(ManifestPut put) throws IOException {
    RepositoryName repository = put.repository();
    repositories.requireMakeable(repository);
    durability.settle();
    try (var _ = locks.share(repository);
        var _ = locks.tags(repository, put.tags());
        var _ = locks.digests(put.digest(), listed(put))) {
      meanwhile.keep(repository, put.digest());
      meanwhile.keep(repository, put.facts().contents());
      required.check(put);
      requireCondition(put);
      try (var list = folders.change(layout.tags(repository));
          var index = referrers.change(layout.revisions(repository, put.digest().algorithm()));
          Commit commit = durability.begin()) {
        boolean isNew = store(commit, put);
        setTags(commit, put);
        commit.durable();
        FileTime arrival = Files.getLastModifiedTime(link(put));
        rely(put, isNew);
        list.made(names -> put.tags().forEach(tag -> names.add(tag.name())));
        index.made(entries -> enter(entries, put, arrival));
      }
    }
  }

  /** What must stay as it was found until it is in the record: nobody takes it away or back. */
  private static List<Digest> listed(ManifestPut put) {
    return Stream.concat(put.requiredManifests().stream(), put.requiredBlobs().stream())
        .map(Descriptor::digest)
        .toList();
  }

  /** A tag whose manifest is gone counts as absent here too, as it does for whoever asks. */
  private void requireCondition(ManifestPut put) throws IOException {
    for (Tag tag : put.tags()) {
      Optional<Digest> current = tags.find(put.repository(), tag);
      if (current.isPresent() && !revisions.has(put.repository(), current.get())) {
        current = Optional.empty();
      }
      Optional<RegistryError> refusal = put.condition().refusal(tag, current);
      if (refusal.isPresent()) {
        throw new RegistryException(refusal.get());
      }
    }
  }

  /** Says whether the repository didn't have the manifest. */
  private boolean store(Commit commit, ManifestPut put) throws IOException {
    commit.makeFolder(layout.layers(put.repository())); // registry:3 collects nothing without
    for (Descriptor blob : put.requiredBlobs()) {
      keepLayer(commit, put.repository(), blob.digest());
    }
    for (Descriptor child : put.requiredManifests()) {
      keepManifest(commit, put.repository(), child.digest());
    }
    Path blob = layout.blob(put.digest());
    if (holds(blob, put)) {
      commit.keep(blob, put.bytes());
    } else {
      commit.write(blob, put.bytes());
    }
    Path link = link(put);
    if (Link.isWhole(link, put.digest())) {
      commit.keep(link);
      return false;
    }
    reliance.made(put.repository(), put.digest());
    commit.publish(commit.stage(Link.bytes(put.digest()), arrivals.next()), link);
    return true;
  }

  /**
   * Reads it, because a disk that changes bytes doesn't change the time of the file. What can't be
   * read is written anew.
   */
  private static boolean holds(Path file, ManifestPut put) {
    try {
      return Files.size(file) == put.bytes().length
          && DigestVerifier.digestOf(put.digest().algorithm(), Files.readAllBytes(file))
              .equals(put.digest());
    } catch (IOException e) {
      return false;
    }
  }

  /** A tag needs no trust in the manifest to be still there; an index that is to come does. */
  private void rely(ManifestPut put, boolean isNew) {
    if (isNew) {
      reliance.named(put.repository(), put.facts().contents());
      if (!put.tags().isEmpty()) {
        reliance.named(put.repository(), List.of(put.digest()));
      }
    } else if (put.tags().isEmpty()) {
      reliance.asked(put.repository(), put.digest());
    }
  }

  private void keepLayer(Commit commit, RepositoryName repository, Digest digest)
      throws IOException {
    BlobFile blob =
        layers
            .find(repository, digest)
            .orElseThrow(
                () -> new RegistryException(new RegistryError.ManifestBlobUnknown(digest)));
    commit.keep(blob.file());
    keepLink(commit, layout.layerLink(repository, digest), digest);
  }

  private void keepManifest(Commit commit, RepositoryName repository, Digest digest)
      throws IOException {
    if (revisions.isWhole(digest)) {
      commit.keep(layout.blob(digest));
    }
    keepLink(commit, layout.revisionLink(repository, digest), digest);
  }

  /** Mends a damaged link on the way: the content was found sound. Aliases stay what they are. */
  private static void keepLink(Commit commit, Path link, Digest digest) throws IOException {
    Link found = Link.read(link);
    boolean alias =
        found instanceof Link.To(Digest target) && target.algorithm() != digest.algorithm();
    if (alias || found.isWholeIn(link, digest)) {
      commit.keep(link);
    } else {
      commit.write(link, Link.bytes(digest));
    }
  }

  private void setTags(Commit commit, ManifestPut put) throws IOException {
    if (put.tags().isEmpty()) {
      return;
    }
    List<Tag> distinct = put.tags().stream().distinct().toList();
    List<TagFolders.Prepared> prepared = new ArrayList<>();
    for (Tag tag : distinct) {
      prepared.add(tags.prepare(commit, put.repository(), tag, put.digest()));
    }
    for (TagFolders.Prepared tag : prepared) {
      tag.publish();
    }
  }

  private static void enter(ReferrerIndex index, ManifestPut put, FileTime arrival) {
    ManifestFacts facts = put.facts();
    Digest subject = facts.subject();
    if (subject != null) {
      index.add(put.digest(), arrival, subject, facts.artifactType());
    }
  }

  private Path link(ManifestPut put) {
    return layout.revisionLink(put.repository(), put.digest());
  }

  // --- delete

  @Override
  public Optional<List<Tag>> delete(RepositoryName repository, Digest digest) throws IOException {
    durability.settle();
    try (var _ = locks.own(repository)) {
      if (!revisions.isLinked(repository, digest)) {
        return Optional.empty();
      }
      List<Tag> named = tags.on(repository, digest);
      try (var list = folders.change(layout.tags(repository));
          var index = referrers.change(layout.revisions(repository, digest.algorithm()));
          Commit commit = durability.begin()) {
        remove(commit, repository, digest, named);
        commit.durable();
        list.made(names -> named.forEach(tag -> names.remove(tag.name())));
        index.made(entries -> entries.remove(digest));
      }
      return Optional.of(named.stream().sorted(Comparator.comparing(Tag::name)).toList());
    }
  }

  /**
   * Removes manifests that no tag is on, for whoever {@linkplain Locks#own owns} the repository.
   * Those that are gone already are passed over.
   *
   * @return those that were there
   */
  List<Digest> removeUntagged(RepositoryName repository, List<Digest> digests) throws IOException {
    List<Digest> there = new ArrayList<>();
    try (var sha256 = referrers.change(layout.revisions(repository, DigestAlgorithm.SHA256));
        var sha512 = referrers.change(layout.revisions(repository, DigestAlgorithm.SHA512));
        Commit commit = durability.begin()) {
      for (Digest digest : digests) {
        if (revisions.isLinked(repository, digest)) {
          remove(commit, repository, digest, List.of());
          there.add(digest);
        }
      }
      commit.durable();
      sha256.made(entries -> there.forEach(entries::remove));
      sha512.made(entries -> there.forEach(entries::remove));
    }
    return there;
  }

  /** Tags first: while one is left, the manifest is there. */
  private void remove(Commit commit, RepositoryName repository, Digest digest, List<Tag> named) {
    for (Tag tag : named) {
      commit.remove(layout.tag(repository, tag));
    }
    commit.remove(Layout.folderOf(layout.revisionLink(repository, digest)));
  }
}
