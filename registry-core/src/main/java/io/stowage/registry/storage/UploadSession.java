package io.stowage.registry.storage;

import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.UploadId;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One upload, open for writing by one owner, who closes it. Not safe for use by several threads at
 * once.
 *
 * <pre>
 *   start, open --> [ open ] --append*--> [ open ] --commit--> (blob)
 *                      |                     |
 *                      +-------close---------+----> kept, open again later
 * </pre>
 */
public interface UploadSession extends Closeable {
  UploadId id();

  /** How many bytes the upload holds: the offset at which the next byte goes. */
  long size();

  /**
   * Appends all remaining bytes of the buffer, hashing them on the way. When it returns the bytes
   * survive the death of the process.
   */
  void append(ByteBuffer bytes) throws IOException;

  /**
   * Makes the upload a blob of its repository, durably, and ends it. Content that is there already
   * is replaced by these bytes, which are known to be good; its readers read on what they opened.
   *
   * @throws RegistryException with {@code DigestMismatch} if the bytes have another digest: nothing
   *     is stored under either, and the upload stays as it is
   */
  BlobContent commit(Digest expected) throws IOException;

  /** Lets go of the upload. What was appended is kept unless it was committed or cancelled. */
  @Override
  void close() throws IOException;
}
