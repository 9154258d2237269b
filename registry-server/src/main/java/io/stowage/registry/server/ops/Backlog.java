package io.stowage.registry.server.ops;

import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A bounded queue to one thread of its own, which takes what waits in batches. Whoever adds never
 * waits for the thread: what doesn't fit is dropped and counted. Safe for use by many threads.
 */
final class Backlog<T> implements Closeable {
  private static final int MAX_BATCH = 1024;
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  /** Takes what waited. Only the backlog's thread calls it. */
  @FunctionalInterface
  interface Sink<T> {
    /**
     * Takes one batch.
     *
     * @param batch in the order in which it was added; empty if there is only a loss to tell of
     * @param lost how much was dropped since the last call
     */
    void take(List<T> batch, long lost);
  }

  private final int capacity;
  private final Duration pause;
  private final Sink<T> sink;
  private final Thread thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  // Under the lock.
  private final Queue<T> queue = new ArrayDeque<>();
  private long lost;
  private long added;
  private long taken;
  private boolean closed;

  private Backlog(String name, int capacity, Duration pause, Sink<T> sink) {
    this.capacity = capacity;
    this.pause = pause;
    this.sink = sink;
    this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
  }

  /**
   * Begins to take.
   *
   * @param name of the thread
   * @param capacity how much may wait
   * @param pause from one batch to the next
   */
  static <T> Backlog<T> start(String name, int capacity, Duration pause, Sink<T> sink) {
    Backlog<T> backlog = new Backlog<>(name, capacity, pause, sink);
    backlog.thread.start();
    return backlog;
  }

  /** Adds at the end, if there is room. */
  void offer(T item) {
    offer(item, capacity);
  }

  /** Adds at the end, if less than this waits. */
  void offer(T item, int room) {
    lock.lock();
    try {
      if (closed || queue.size() >= Math.min(room, capacity)) {
        lost++;
      } else {
        queue.add(item);
        added++;
        if (queue.size() == 1) {
          changed.signalAll();
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until all that was added before this call is taken, but not for long. */
  void flush() {
    lock.lock();
    try {
      long all = added;
      long left = PATIENCE.toNanos();
      while (taken < all && left > 0 && thread.isAlive()) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }

  /** Takes nothing more. What waits is still passed on, without a pause; nobody waits for that. */
  void end() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The same, and waits until all is passed on, but not for long. */
  @Override
  public void close() {
    end();
    try {
      thread.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      boolean open = true;
      while (open) {
        open = passOn();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One batch. False if it was the last one. */
  private boolean passOn() throws InterruptedException {
    List<T> batch = new ArrayList<>();
    long lostBefore = await(batch);
    if (batch.isEmpty() && lostBefore == 0) {
      return false;
    }
    try {
      sink.take(batch, lostBefore);
    } catch (RuntimeException e) {
      // The next batch may be a better one, so the thread must not end.
      thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
    }
    taken(batch.size());
    return true;
  }

  /** Fills the batch. Answers what was lost since the last one. */
  private long await(List<T> batch) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (queue.isEmpty() && lost == 0 && !closed) {
        changed.await();
      }
      while (!queue.isEmpty() && batch.size() < MAX_BATCH) {
        batch.add(queue.remove());
      }
      long lostBefore = lost;
      lost = 0;
      return lostBefore;
    } finally {
      lock.unlock();
    }
  }

  private void taken(int count) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      taken += count;
      changed.signalAll();
      long left = pause.toNanos();
      while (left > 0 && !closed) {
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}
