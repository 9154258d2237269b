package io.stowage.registry.server;

import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.UploadId;
import io.stowage.registry.storage.BlobStore;
import io.stowage.registry.storage.GarbageCollector;
import io.stowage.registry.storage.ManifestStore;
import io.stowage.registry.storage.Referrers;
import io.stowage.registry.storage.Repositories;
import io.stowage.registry.storage.Storage;
import io.stowage.registry.storage.TagStore;
import io.stowage.registry.storage.UploadSession;
import io.stowage.registry.storage.Uploads;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A storage on which no upload succeeds, as on a disk that is full or broken; everything else goes
 * to another storage.
 *
 * @param failure what every upload throws
 */
record FailingUploads(Storage storage, IOException failure) implements Storage {
  @Override
  public BlobStore blobs() {
    return storage.blobs();
  }

  @Override
  public Uploads uploads() {
    return new Uploads() {
      @Override
      public UploadSession start(RepositoryName repository, UploadId id, DigestAlgorithm algorithm)
          throws IOException {
        throw failure;
      }

      @Override
      public UploadSession open(RepositoryName repository, UploadId id) throws IOException {
        throw failure;
      }

      @Override
      public long size(RepositoryName repository, UploadId id) throws IOException {
        throw failure;
      }

      @Override
      public void cancel(RepositoryName repository, UploadId id) throws IOException {
        throw failure;
      }

      @Override
      public int countAbandoned(Duration idle) throws IOException {
        throw failure;
      }

      @Override
      public int sweep(Duration idle) throws IOException {
        throw failure;
      }

      @Override
      public void each(Consumer<UploadId> visitor) throws IOException {
        throw failure;
      }

      @Override
      public void whenEnded(Consumer<UploadId> listener) {}
    };
  }

  @Override
  public ManifestStore manifests() {
    return storage.manifests();
  }

  @Override
  public TagStore tags() {
    return storage.tags();
  }

  @Override
  public Referrers referrers() {
    return storage.referrers();
  }

  @Override
  public Repositories repositories() {
    return storage.repositories();
  }

  @Override
  public GarbageCollector garbageCollector() {
    return storage.garbageCollector();
  }

  @Override
  public void probe() throws IOException {
    storage.probe();
  }

  @Override
  public void close() throws IOException {
    storage.close();
  }
}
