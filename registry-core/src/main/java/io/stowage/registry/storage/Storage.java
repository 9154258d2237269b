package io.stowage.registry.storage;

import java.io.Closeable;
import java.io.IOException;

/**
 * Everything that one registry stores. Its parts share one truth: what one part acknowledged, all
 * others see. Safe for use by any number of threads; every method may block on I/O, so callers run
 * on virtual threads.
 *
 * <p><b>Durability.</b> When a method that writes returns, its effect survives the death of the
 * process and of the machine, unless its text says otherwise. When it throws, the previous state is
 * intact.
 *
 * <p><b>Failure.</b> An {@link IOException} means that the disk failed, a {@link
 * StorageFullException} that it is full; a {@code RegistryException} is an answer for the client.
 */
public interface Storage extends Closeable {
  BlobStore blobs();

  Uploads uploads();

  ManifestStore manifests();

  TagStore tags();

  Referrers referrers();

  Repositories repositories();

  GarbageCollector garbageCollector();

  /**
   * Touches the storage as a read would, for health checks.
   *
   * @throws IOException if the storage can't be read
   */
  void probe() throws IOException;

  /** Ends all writing in an orderly way and lets go of what {@code open} took. Idempotent. */
  @Override
  void close() throws IOException;
}
