package io.stowage.registry.storage;

import io.stowage.registry.oci.Digest;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;

/**
 * A complete blob: immutable bytes of a known digest and length. Holding one holds no resource;
 * {@link #open} does.
 */
public interface BlobContent {
  /** The digest by which the blob was asked for. */
  Digest digest();

  /** The length in bytes. */
  long size();

  /**
   * Opens the bytes for reading, from position 0. The caller closes the channel. It stays readable
   * to its end even if the blob is deleted meanwhile. If it is a {@link
   * java.nio.channels.FileChannel}, its reader may hand it to {@code sendfile}.
   *
   * @throws IOException if the disk fails, or if the blob was removed since it was found
   */
  SeekableByteChannel open() throws IOException;
}
