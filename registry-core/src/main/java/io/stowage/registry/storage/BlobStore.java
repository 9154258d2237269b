package io.stowage.registry.storage;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Blobs, as repositories see them: bytes are kept once, and a repository has a blob if it is linked
 * there. Blobs come in through {@link Uploads}.
 */
public interface BlobStore {
  /**
   * The blob, if it is linked in this repository and complete. A link without its bytes, or bytes
   * of a wrong length, count as absent.
   */
  Optional<BlobContent> find(RepositoryName repository, Digest digest) throws IOException;

  /**
   * Finds the blob for a client that may rely on the answer: a pusher that asks whether it must
   * send the bytes. What is found stays for the grace of the {@link GarbageCollector}.
   */
  Optional<BlobContent> confirm(RepositoryName repository, Digest digest) throws IOException;

  /**
   * Links a blob of one repository in another one.
   *
   * @return the blob as the target repository has it, or empty if the source doesn't have it
   */
  Optional<BlobContent> mount(RepositoryName from, RepositoryName to, Digest digest)
      throws IOException;

  /**
   * Links a blob that some repository has, whichever: the mount without {@code from}. Only for
   * callers who may read all of {@code readable}.
   *
   * @param readable which repositories count as a source
   * @return the blob as the target repository has it, or empty if no such repository has it
   */
  Optional<BlobContent> mountFromAny(
      Predicate<RepositoryName> readable, RepositoryName to, Digest digest) throws IOException;

  /**
   * Removes the repository's link. Other repositories keep theirs, and the bytes stay until they
   * are collected.
   *
   * @return whether there was a link
   */
  boolean delete(RepositoryName repository, Digest digest) throws IOException;
}
