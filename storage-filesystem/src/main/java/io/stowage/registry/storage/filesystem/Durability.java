package io.stowage.registry.storage.filesystem;

import java.io.IOException;

/**
 * Makes what a request did survive a power cut. The stores never flush anything themselves: they
 * hand what they publish to a {@link Commit}, and answer their caller when that says it is durable.
 * How it gets there is known only behind this interface. Safe for use by any number of threads.
 */
interface Durability {
  /**
   * Begins the changes of one request, which holds the locks for them.
   *
   * @throws IOException if an earlier change that failed has yet to be taken back
   */
  Commit begin() throws IOException;

  /**
   * Takes back what failed and could not be taken back at once. To be called before the locks for a
   * change are taken.
   *
   * @throws IOException if it still can't be
   */
  void settle() throws IOException;

  /**
   * Makes sure that the disk holds nothing half done, for whoever holds the locks for what is to be
   * read.
   *
   * @throws IOException if it does
   */
  void requireSettled() throws IOException;
}
