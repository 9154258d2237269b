package io.stowage.registry.storage;

import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.UploadId;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Uploads in progress. A session belongs to one repository, survives a restart of the server, and
 * has at most one writer at a time. Its bytes so far survive the death of the process; a power cut
 * may shorten them, and never leaves a hole.
 */
public interface Uploads {
  /**
   * Starts an upload and opens it for writing.
   *
   * @param id a new one
   * @param algorithm with which to hash while the bytes arrive; a commit by another one reads the
   *     bytes once more
   */
  UploadSession start(RepositoryName repository, UploadId id, DigestAlgorithm algorithm)
      throws IOException;

  /** Starts an upload that belongs to nobody in particular. */
  default UploadSession start(RepositoryName repository, DigestAlgorithm algorithm)
      throws IOException {
    return start(repository, UploadId.random(), algorithm);
  }

  /**
   * Opens an upload for writing.
   *
   * @throws RegistryException with {@code BlobUploadUnknown} if this repository has no such upload,
   *     or with {@code RangeMismatch} if another writer has it open
   */
  UploadSession open(RepositoryName repository, UploadId id) throws IOException;

  /**
   * How many bytes the upload holds, whether or not somebody is writing.
   *
   * @throws RegistryException with {@code BlobUploadUnknown} if this repository has no such upload
   */
  long size(RepositoryName repository, UploadId id) throws IOException;

  /**
   * Ends the upload and drops its bytes. A writer that has it open fails at its next step.
   *
   * @throws RegistryException with {@code BlobUploadUnknown} if this repository has no such upload
   */
  void cancel(RepositoryName repository, UploadId id) throws IOException;

  /**
   * Drops what abandoned uploads left behind: sessions that nobody has open and nobody touched for
   * this long, and stray temporary files of that age.
   *
   * @return how many were dropped
   */
  int sweep(Duration idle) throws IOException;

  /** How much {@link #sweep} would drop now. Changes nothing. */
  int countAbandoned(Duration idle) throws IOException;

  /**
   * Tells of every upload there is, in no order; of one that begins or ends meanwhile, perhaps.
   * Takes time in proportion to the number of repositories.
   */
  void each(Consumer<UploadId> visitor) throws IOException;

  /**
   * Has this told of each upload that ends from now on, however it does: committed, cancelled, or
   * dropped by a sweep. It is called by the thread that ended the upload, once that can't be opened
   * any more, and must neither block nor throw.
   */
  void whenEnded(Consumer<UploadId> listener);
}
