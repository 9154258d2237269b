package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.storage.BlobContent;
import io.stowage.registry.storage.BlobStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;

/** Blobs by their layer links. */
final class FileBlobStore implements BlobStore {
  private final Layout layout;
  private final Layers layers;
  private final FileRepositories repositories;
  private final Durability durability;
  private final Locks locks;
  private final Reliance reliance;
  private final Meanwhile meanwhile;

  FileBlobStore(
      Layout layout,
      Layers layers,
      FileRepositories repositories,
      Durability durability,
      Locks locks,
      Reliance reliance,
      Meanwhile meanwhile) {
    this.layout = layout;
    this.layers = layers;
    this.repositories = repositories;
    this.durability = durability;
    this.locks = locks;
    this.reliance = reliance;
    this.meanwhile = meanwhile;
  }

  @Override
  public Optional<BlobContent> find(RepositoryName repository, Digest digest) throws IOException {
    meanwhile.keepBytes(digest); // whoever reads opens the file after this
    return layers.find(repository, digest).map(blob -> blob);
  }

  @Override
  public Optional<BlobContent> confirm(RepositoryName repository, Digest digest)
      throws IOException {
    return reliance.confirm(repository, digest, () -> find(repository, digest));
  }

  @Override
  public Optional<BlobContent> mount(RepositoryName from, RepositoryName to, Digest digest)
      throws IOException {
    repositories.requireMakeable(to);
    durability.settle();
    if (!isSource(from, digest)) {
      return Optional.empty();
    }
    try (var _ = locks.share(to);
        var _ = locks.digest(digest)) {
      meanwhile.keep(to, digest);
      if (!isSource(from, digest)) {
        return Optional.empty(); // collected a moment ago
      }
      try (Commit commit = durability.begin()) {
        link(commit, to, digest);
        commit.durable();
      }
      return find(to, digest);
    }
  }

  /** An alias can't be linked by its digest: it has no file of that name. */
  private boolean isSource(RepositoryName from, Digest digest) throws IOException {
    return layers
        .find(from, digest)
        .filter(blob -> blob.file().equals(layout.blob(digest)))
        .isPresent();
  }

  /** Looks at one readable repository after the other, whether or not the blob exists. */
  @Override
  public Optional<BlobContent> mountFromAny(
      Predicate<RepositoryName> readable, RepositoryName to, Digest digest) throws IOException {
    Optional<RepositoryName> source =
        repositories.first(name -> readable.test(name) && layers.find(name, digest).isPresent());
    return source.isEmpty() ? Optional.empty() : mount(source.get(), to, digest);
  }

  @Override
  public boolean delete(RepositoryName repository, Digest digest) throws IOException {
    Path link = layout.layerLink(repository, digest);
    durability.settle();
    try (var _ = locks.own(repository);
        Commit commit = durability.begin()) {
      if (Link.read(link) instanceof Link.Absent) {
        return false;
      }
      commit.remove(Layout.folderOf(link));
      commit.durable();
      return true;
    }
  }

  /** Links bytes that are in place, or makes sure of the link and the bytes that are there. */
  void link(Commit commit, RepositoryName repository, Digest digest) throws IOException {
    commit.keep(layout.blob(digest));
    Path link = layout.layerLink(repository, digest);
    if (Link.isWhole(link, digest)) {
      commit.keep(link);
      reliance.asked(repository, digest);
    } else {
      reliance.made(repository, digest);
      commit.write(link, Link.bytes(digest));
    }
  }
}
