package io.stowage.registry.notifications;

import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one receiver, oldest first. Bounded: what comes in pushes the oldest out, which
 * goes to the dead letters. Safe for use by one thread that appends and one that takes.
 */
interface EventQueue extends Closeable {
  /**
   * Puts an event last. It can be taken after the next {@link #flush}.
   *
   * @throws IOException if it can't be kept; the queue is as before
   */
  void append(Instant time, byte[] body) throws IOException;

  /**
   * Makes what was appended durable, as far as this queue is. It can be taken then, whether or not
   * that succeeded.
   */
  void flush() throws IOException;

  /** The oldest event, which stays; null if there is none. */
  @Nullable QueuedEvent oldest() throws IOException;

  /**
   * Takes the event away that {@link #oldest} gave. If it was pushed out meanwhile, nothing
   * happens.
   *
   * @throws IOException if that can't be remembered: after a restart it is there again
   */
  void remove(QueuedEvent event) throws IOException;

  /** The same for an event that will not be delivered: it goes to the dead letters. */
  void giveUp(QueuedEvent event, String reason) throws IOException;

  /** How many events wait. */
  long size();

  /** Lets go of what it has open. What waits, waits on if the queue is on disk. */
  @Override
  void close() throws IOException;
}
