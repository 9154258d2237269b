package io.stowage.registry.notifications;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/** A queue that ends with the process, for a server that may not write to its volume. */
final class MemoryQueue implements EventQueue {
  private final long maxBytes;
  private final DeadLetters dead;

  // Guarded by this.
  private final Deque<QueuedEvent> events = new ArrayDeque<>();
  private long bytes;
  private long next;

  MemoryQueue(long maxBytes, DeadLetters dead) {
    this.maxBytes = maxBytes;
    this.dead = dead;
  }

  @Override
  public synchronized void append(Instant time, byte[] body) {
    events.add(new QueuedEvent(0, next++, time, body));
    bytes += Segment.bytesOf(body);
    while (bytes > maxBytes) {
      QueuedEvent oldest = events.removeFirst();
      bytes -= Segment.bytesOf(oldest.body());
      dead.bury(oldest.time(), oldest.body(), "the queue is full");
    }
  }

  @Override
  public void flush() {
    // There is no disk to flush it to.
  }

  @Override
  public synchronized @Nullable QueuedEvent oldest() {
    return events.peekFirst();
  }

  @Override
  public synchronized void remove(QueuedEvent event) {
    QueuedEvent first = events.peekFirst();
    if (first != null && first.offset() == event.offset()) {
      events.removeFirst();
      bytes -= Segment.bytesOf(first.body());
    }
  }

  @Override
  public synchronized void giveUp(QueuedEvent event, String reason) {
    dead.bury(event.time(), event.body(), reason);
    remove(event);
  }

  @Override
  public synchronized long size() {
    return events.size();
  }

  @Override
  public void close() {
    // What waits is gone with the process.
  }
}
