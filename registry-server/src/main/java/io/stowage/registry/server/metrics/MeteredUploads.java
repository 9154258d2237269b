package io.stowage.registry.server.metrics;

import static io.stowage.registry.server.metrics.StorageAction.DELETE;
import static io.stowage.registry.server.metrics.StorageAction.LIST;
import static io.stowage.registry.server.metrics.StorageAction.MOVE;
import static io.stowage.registry.server.metrics.StorageAction.STAT;
import static io.stowage.registry.server.metrics.StorageAction.WRITER;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.UploadId;
import io.stowage.registry.storage.BlobContent;
import io.stowage.registry.storage.UploadSession;
import io.stowage.registry.storage.Uploads;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** Uploads whose actions are timed, and that are counted while somebody writes to them. */
final class MeteredUploads implements Uploads {
  private final Uploads uploads;
  private final StorageTimes times;
  private final LongAdder open = new LongAdder();

  MeteredUploads(Uploads uploads, StorageTimes times) {
    this.uploads = uploads;
    this.times = times;
  }

  /** How many sessions are open now. */
  long open() {
    return open.sum();
  }

  @Override
  public UploadSession start(RepositoryName repository, UploadId id, DigestAlgorithm algorithm)
      throws IOException {
    return new Session(times.timed(WRITER, () -> uploads.start(repository, id, algorithm)));
  }

  @Override
  public UploadSession open(RepositoryName repository, UploadId id) throws IOException {
    return new Session(times.timed(WRITER, () -> uploads.open(repository, id)));
  }

  @Override
  public long size(RepositoryName repository, UploadId id) throws IOException {
    return times.timed(STAT, () -> uploads.size(repository, id));
  }

  @Override
  public void cancel(RepositoryName repository, UploadId id) throws IOException {
    times.timed(
        DELETE,
        () -> {
          uploads.cancel(repository, id);
          return true;
        });
  }

  @Override
  public int sweep(Duration idle) throws IOException {
    return times.timed(LIST, () -> uploads.sweep(idle));
  }

  @Override
  public int countAbandoned(Duration idle) throws IOException {
    return times.timed(LIST, () -> uploads.countAbandoned(idle));
  }

  @Override
  public void each(Consumer<UploadId> visitor) throws IOException {
    times.timed(
        LIST,
        () -> {
          uploads.each(visitor);
          return true;
        });
  }

  @Override
  public void whenEnded(Consumer<UploadId> listener) {
    uploads.whenEnded(listener);
  }

  /** One that counts as open until it is closed. */
  private final class Session implements UploadSession {
    private final UploadSession session;
    private boolean closed;

    Session(UploadSession session) {
      this.session = session;
      open.increment();
    }

    @Override
    public UploadId id() {
      return session.id();
    }

    @Override
    public long size() {
      return session.size();
    }

    /** Not timed: a large upload would count a thousand times what distribution counts once. */
    @Override
    public void append(ByteBuffer bytes) throws IOException {
      session.append(bytes);
    }

    @Override
    public BlobContent commit(Digest expected) throws IOException {
      return times.timed(MOVE, () -> session.commit(expected));
    }

    @Override
    public void close() throws IOException {
      if (!closed) {
        closed = true;
        open.decrement();
      }
      session.close();
    }
  }
}
