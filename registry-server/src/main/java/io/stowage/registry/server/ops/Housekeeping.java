package io.stowage.registry.server.ops;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs what a server does again and again beside its requests. One thread keeps the time for all of
 * it and hands each round to a virtual thread, so that a slow chore delays none of the others.
 *
 * <p>A chore never overlaps itself: its next round begins an interval after the last one has ended.
 * A round that fails is logged, and the next one comes all the same.
 */
public final class Housekeeping implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);
  private static final Duration LAST_ROUNDS = Duration.ofSeconds(1);

  private final ScheduledExecutorService timer;
  private final List<Chore> chores = new CopyOnWriteArrayList<>();

  private Housekeeping(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  /** What is to be done in one round. Runs on a virtual thread; may block. */
  @FunctionalInterface
  public interface Work {
    /**
     * One round.
     *
     * @throws IOException if it failed; it is logged, and the next round tries again
     */
    void run() throws IOException;
  }

  /** One without chores yet. */
  public static Housekeeping start() {
    return new Housekeeping(
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("housekeeping").daemon().factory()));
  }

  /**
   * Has this done from now on, until this is closed.
   *
   * @param name of the chore, for log lines and its threads
   * @param first from now to the first round
   * @param interval from the end of a round to the next one
   */
  public void every(String name, Duration first, Duration interval, Work work) {
    Chore chore = new Chore(name, interval, work);
    chores.add(chore);
    chore.next(first);
  }

  /**
   * No round begins from now on. Those under way have a second to end; they are not interrupted,
   * because that would close files under the feet of others.
   */
  @Override
  public void close() {
    // A round that ends just now must not ask a timer that is shut down.
    chores.forEach(Chore::stop);
    timer.shutdownNow();
    long deadline = System.nanoTime() + LAST_ROUNDS.toNanos();
    for (Chore chore : chores) {
      if (!chore.awaitEnd(Duration.ofNanos(deadline - System.nanoTime()))) {
        LOG.warn("{} is still under way, and is left alone", chore.name);
      }
    }
  }

  /** One thing to do. At any time it either waits for its next round or is in one. */
  private final class Chore {
    private final String name;
    private final Duration interval;
    private final Work work;

    // Guarded by this.
    private boolean stopped;
    private @Nullable Future<?> next;
    private @Nullable Thread round;

    Chore(String name, Duration interval, Work work) {
      this.name = name;
      this.interval = interval;
      this.work = work;
    }

    synchronized void next(Duration delay) {
      if (!stopped) {
        next = timer.schedule(this::begin, delay.toNanos(), TimeUnit.NANOSECONDS);
      }
    }

    private synchronized void begin() {
      if (!stopped) {
        round = Thread.ofVirtual().name(name).start(this::round);
      }
    }

    private void round() {
      try {
        work.run();
      } catch (IOException | RuntimeException e) {
        LOG.warn("{} failed; the next round tries again", name, e);
      } finally {
        next(interval);
      }
    }

    synchronized void stop() {
      stopped = true;
      if (next != null) {
        next.cancel(false);
      }
    }

    boolean awaitEnd(Duration limit) {
      Thread last;
      synchronized (this) {
        last = round;
      }
      try {
        return last == null || last.join(limit);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }
}
