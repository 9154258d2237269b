package io.stowage.registry.storage.filesystem;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.DigestVerifier;
import io.stowage.registry.oci.UploadId;
import io.stowage.registry.storage.BlobContent;
import io.stowage.registry.storage.UploadSession;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * An upload that has a writer. The file's length is the offset. The running hash, where there is
 * one, is always that of the first {@code size} bytes of the file: bytes are hashed after they are
 * written, and what was written half is cut off.
 *
 * <p>One thread writes; another one may {@link #discard} meanwhile, and any may ask for the size.
 */
final class FileUpload implements UploadSession {
  /** What an upload needs of its store. */
  interface Store {
    /** Makes the file a blob, durably. */
    BlobContent commit(FileUpload upload, FileChannel channel, Digest digest) throws IOException;

    /** Takes away all there is of the upload. */
    void remove(FileUpload upload) throws IOException;

    /** Takes away what a commit left, now or later. */
    void tidy(FileUpload upload);

    /** The upload is no more: it can't be opened again. */
    void ended(FileUpload upload);

    /** The writer is gone; the hash, if any, is for the next one. */
    void released(FileUpload upload, @Nullable DigestVerifier hash);
  }

  private enum State {
    OPEN,
    ENDED,
    CLOSED
  }

  private final UploadId id;
  private final Path folder;
  private final Path data;
  private final Disk disk;
  private final Store store;
  private final ReentrantLock lock = new ReentrantLock();
  private State state = State.OPEN;
  private volatile long size;
  private @Nullable FileChannel channel;
  private @Nullable DigestVerifier hash;

  /**
   * An upload that is claimed and not yet {@link #use}d.
   *
   * @param data where its bytes are: in its folder, or beside that
   */
  FileUpload(UploadId id, Path data, Disk disk, Store store) {
    this.id = id;
    this.data = data;
    this.folder = data.endsWith(Layout.DATA) ? Layout.folderOf(data) : Layout.uploadFolder(data);
    this.disk = disk;
    this.store = store;
  }

  /** Takes over the open file, and the hash of what it holds if somebody still knows it. */
  void use(FileChannel file, @Nullable DigestVerifier known) throws IOException {
    this.channel = file;
    this.size = file.size();
    this.hash = known != null && known.count() == size ? known : null;
  }

  /** Its folder, or the one that it may get; by this it is told from others. */
  Path folder() {
    return folder;
  }

  Path data() {
    return data;
  }

  /** Whether its bytes are all there is of it, without a folder. */
  boolean isBare() {
    return !data.startsWith(folder);
  }

  @Override
  public UploadId id() {
    return id;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void append(ByteBuffer bytes) throws IOException {
    lock.lock();
    try {
      FileChannel file = requireOpen();
      DigestVerifier running = hash(file, DigestAlgorithm.SHA256);
      ByteBuffer written = bytes.duplicate();
      try {
        disk.write(file, bytes, size);
      } catch (IOException e) {
        cutBack(file, e);
        throw e;
      }
      running.update(written);
      size = running.count();
    } finally {
      lock.unlock();
    }
  }

  /** The running hash; read from the file, by this algorithm, if nobody knows it any more. */
  private DigestVerifier hash(FileChannel file, DigestAlgorithm algorithm) throws IOException {
    DigestVerifier running = hash;
    if (running == null) {
      running = ContentCheck.read(file, size, new DigestVerifier(algorithm));
      hash = running;
    }
    return running;
  }

  private void cutBack(FileChannel file, IOException cause) throws IOException {
    try {
      disk.truncate(file, size);
    } catch (IOException e) {
      cause.addSuppressed(e);
      hash = null;
      size = file.size();
    }
  }

  @Override
  public BlobContent commit(Digest expected) throws IOException {
    lock.lock();
    try {
      FileChannel file = requireOpen();
      Digest actual = digest(file, expected.algorithm());
      if (!actual.equals(expected)) {
        throw new RegistryException(new RegistryError.DigestMismatch(expected, actual));
      }
      BlobContent blob = store.commit(this, file, expected);
      end();
      store.tidy(this);
      return blob;
    } catch (IOException e) {
      endIfGone();
      throw e;
    } finally {
      lock.unlock();
    }
  }

  private Digest digest(FileChannel file, DigestAlgorithm algorithm) throws IOException {
    DigestVerifier running = hash(file, algorithm);
    return running.algorithm() == algorithm
        ? running.digest()
        : ContentCheck.read(file, size, new DigestVerifier(algorithm)).digest();
  }

  private FileChannel requireOpen() {
    if (state == State.ENDED) {
      throw new RegistryException(new RegistryError.BlobUploadUnknown(id.value()));
    }
    if (state == State.CLOSED) {
      throw new IllegalStateException("upload " + id + " is closed");
    }
    return Objects.requireNonNull(channel, "an upload is used before it is written to");
  }

  /**
   * Ends the upload and takes it away.
   *
   * @return false if it had ended or was let go of before
   */
  boolean discard() throws IOException {
    lock.lock();
    try {
      if (state != State.OPEN) {
        return false;
      }
      store.remove(this);
      end();
      return true;
    } catch (IOException e) {
      endIfGone();
      throw e;
    } finally {
      lock.unlock();
    }
  }

  /** What failed may have taken the bytes away all the same. */
  private void endIfGone() {
    if (state == State.OPEN && !Files.exists(data())) {
      end();
    }
  }

  private void end() {
    state = State.ENDED;
    store.ended(this);
  }

  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      if (state == State.CLOSED) {
        return;
      }
      DigestVerifier kept = state == State.OPEN ? hash : null;
      state = State.CLOSED;
      try {
        if (channel != null) {
          channel.close();
        }
      } finally {
        store.released(this, kept);
      }
    } finally {
      lock.unlock();
    }
  }
}
