package io.stowage.registry.notifications;

import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;

/** Where events go that will not be delivered. Called with the queue's lock held. */
interface DeadLetters extends Closeable {
  /**
   * Puts an event aside. Never throws: what can't be put aside is counted and complained about.
   *
   * @param reason why it will not be delivered
   */
  void bury(Instant time, byte[] body, String reason);

  /** Makes what was put aside durable. */
  void flush() throws IOException;

  @Override
  void close() throws IOException;
}
