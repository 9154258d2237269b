package io.stowage.registry.storage.filesystem;

/**
 * Makes what a request did survive a power cut. The stores never flush anything themselves: they
 * hand what they publish to a {@link Commit}, and answer their caller when that says it is durable.
 * How it gets there (one flush for each file and folder, or one log for many requests) is known
 * only behind this interface. Safe for use by any number of threads.
 */
interface Durability {
  /** Begins the changes of one request. */
  Commit begin();
}
