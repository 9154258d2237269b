package io.stowage.registry.server.metrics;

import static io.stowage.registry.server.metrics.StorageAction.DELETE;
import static io.stowage.registry.server.metrics.StorageAction.PUT_CONTENT;
import static io.stowage.registry.server.metrics.StorageAction.READER;
import static io.stowage.registry.server.metrics.StorageAction.STAT;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.storage.BlobContent;
import io.stowage.registry.storage.BlobStore;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.Optional;
import java.util.function.Predicate;

/** Blobs whose actions are timed. What was opened is as it was, for {@code sendfile}. */
final class MeteredBlobStore implements BlobStore {
  private final BlobStore blobs;
  private final StorageTimes times;

  MeteredBlobStore(BlobStore blobs, StorageTimes times) {
    this.blobs = blobs;
    this.times = times;
  }

  @Override
  public Optional<BlobContent> find(RepositoryName repository, Digest digest) throws IOException {
    return times.timed(STAT, () -> blobs.find(repository, digest)).map(this::metered);
  }

  @Override
  public Optional<BlobContent> confirm(RepositoryName repository, Digest digest)
      throws IOException {
    return times.timed(STAT, () -> blobs.confirm(repository, digest)).map(this::metered);
  }

  @Override
  public Optional<BlobContent> mount(RepositoryName from, RepositoryName to, Digest digest)
      throws IOException {
    return times.timed(PUT_CONTENT, () -> blobs.mount(from, to, digest)).map(this::metered);
  }

  @Override
  public Optional<BlobContent> mountFromAny(
      Predicate<RepositoryName> readable, RepositoryName to, Digest digest) throws IOException {
    return times
        .timed(PUT_CONTENT, () -> blobs.mountFromAny(readable, to, digest))
        .map(this::metered);
  }

  @Override
  public boolean delete(RepositoryName repository, Digest digest) throws IOException {
    return times.timed(DELETE, () -> blobs.delete(repository, digest));
  }

  private BlobContent metered(BlobContent content) {
    return new BlobContent() {
      @Override
      public Digest digest() {
        return content.digest();
      }

      @Override
      public long size() {
        return content.size();
      }

      @Override
      public SeekableByteChannel open() throws IOException {
        return times.timed(READER, content::open);
      }
    };
  }
}
