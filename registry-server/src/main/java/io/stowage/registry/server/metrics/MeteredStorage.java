package io.stowage.registry.server.metrics;

import static io.stowage.registry.server.metrics.StorageAction.DELETE;
import static io.stowage.registry.server.metrics.StorageAction.GET_CONTENT;
import static io.stowage.registry.server.metrics.StorageAction.LIST;
import static io.stowage.registry.server.metrics.StorageAction.PUT_CONTENT;
import static io.stowage.registry.server.metrics.StorageAction.STAT;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.storage.BlobStore;
import io.stowage.registry.storage.GarbageCollector;
import io.stowage.registry.storage.ManifestPut;
import io.stowage.registry.storage.ManifestStore;
import io.stowage.registry.storage.Page;
import io.stowage.registry.storage.Referrers;
import io.stowage.registry.storage.Repositories;
import io.stowage.registry.storage.Storage;
import io.stowage.registry.storage.StoredManifest;
import io.stowage.registry.storage.TagStore;
import io.stowage.registry.storage.Uploads;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A storage whose actions are timed. Each operation of ours counts as one action: the call of
 * distribution's driver that is the point of it, not each of those that distribution would make.
 */
final class MeteredStorage implements Storage {
  private final Storage storage;
  private final StorageTimes times;
  private final MeteredBlobStore blobs;
  private final MeteredUploads uploads;

  MeteredStorage(Storage storage, StorageTimes times) {
    this.storage = storage;
    this.times = times;
    this.blobs = new MeteredBlobStore(storage.blobs(), times);
    this.uploads = new MeteredUploads(storage.uploads(), times);
  }

  @Override
  public BlobStore blobs() {
    return blobs;
  }

  @Override
  public Uploads uploads() {
    return uploads;
  }

  /** How many uploads somebody is writing to now. */
  long openUploads() {
    return uploads.open();
  }

  @Override
  public ManifestStore manifests() {
    return new Manifests(storage.manifests());
  }

  @Override
  public TagStore tags() {
    return new Tags(storage.tags());
  }

  @Override
  public Referrers referrers() {
    Referrers referrers = storage.referrers();
    return (repository, subject, artifactTypes, after, limit) ->
        times.timed(LIST, () -> referrers.list(repository, subject, artifactTypes, after, limit));
  }

  @Override
  public Repositories repositories() {
    return new Names(storage.repositories());
  }

  @Override
  public GarbageCollector garbageCollector() {
    return storage.garbageCollector();
  }

  @Override
  public void probe() throws IOException {
    times.timed(
        STAT,
        () -> {
          storage.probe();
          return true;
        });
  }

  @Override
  public void close() throws IOException {
    storage.close();
  }

  private final class Manifests implements ManifestStore {
    private final ManifestStore manifests;

    Manifests(ManifestStore manifests) {
      this.manifests = manifests;
    }

    @Override
    public Optional<StoredManifest> find(RepositoryName repository, Digest digest)
        throws IOException {
      return times.timed(GET_CONTENT, () -> manifests.find(repository, digest));
    }

    @Override
    public Optional<StoredManifest> confirm(RepositoryName repository, Digest digest)
        throws IOException {
      return times.timed(GET_CONTENT, () -> manifests.confirm(repository, digest));
    }

    @Override
    public void put(ManifestPut manifest) throws IOException {
      times.timed(
          PUT_CONTENT,
          () -> {
            manifests.put(manifest);
            return true;
          });
    }

    @Override
    public Optional<List<Tag>> delete(RepositoryName repository, Digest digest) throws IOException {
      return times.timed(DELETE, () -> manifests.delete(repository, digest));
    }
  }

  private final class Tags implements TagStore {
    private final TagStore tags;

    Tags(TagStore tags) {
      this.tags = tags;
    }

    @Override
    public Optional<Digest> find(RepositoryName repository, Tag tag) throws IOException {
      return times.timed(GET_CONTENT, () -> tags.find(repository, tag));
    }

    @Override
    public Page<Tag> list(RepositoryName repository, @Nullable String after, int limit)
        throws IOException {
      return times.timed(LIST, () -> tags.list(repository, after, limit));
    }

    @Override
    public boolean delete(RepositoryName repository, Tag tag) throws IOException {
      return times.timed(DELETE, () -> tags.delete(repository, tag));
    }
  }

  private final class Names implements Repositories {
    private final Repositories repositories;

    Names(Repositories repositories) {
      this.repositories = repositories;
    }

    @Override
    public boolean exists(RepositoryName repository) throws IOException {
      return times.timed(STAT, () -> repositories.exists(repository));
    }

    @Override
    public Page<RepositoryName> list(
        Predicate<RepositoryName> visible, @Nullable String after, int limit) throws IOException {
      return times.timed(LIST, () -> repositories.list(visible, after, limit));
    }
  }
}
