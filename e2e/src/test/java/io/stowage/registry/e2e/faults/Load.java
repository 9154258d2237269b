package io.stowage.registry.e2e.faults;

import io.stowage.registry.e2e.RegistryProcess;
import io.stowage.registry.e2e.faults.Caller.Answer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writers, pullers and a collector at work on a server until it goes away or {@link Shift#end}.
 * Each ends quietly when its connection breaks; an answer that it can't accept is kept and told by
 * {@link Shift#end}.
 */
final class Load {
  private static final int WRITERS = 8;
  private static final int PULLERS = 4;
  private static final int PATIENCE_SECONDS = 120;

  private final Ledger ledger;
  private final Random seeds;
  private final List<Writer> writers = new ArrayList<>();
  private final List<Puller> pullers = new ArrayList<>();

  Load(Ledger ledger, long seed) {
    this.ledger = ledger;
    this.seeds = new Random(seed);
    for (int number = 0; number < WRITERS; number++) {
      writers.add(new Writer(number, seeds, ledger));
    }
    for (int number = 0; number < PULLERS; number++) {
      pullers.add(new Puller(seeds, ledger));
    }
  }

  /** Work on one server. */
  final class Shift {
    private final Queue<Throwable> wrong = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch acknowledged = new CountDownLatch(WRITERS);
    private final Queue<Throwable> cut = new ConcurrentLinkedQueue<>();
    private final AtomicLong steps = new AtomicLong();
    private volatile boolean ended;
    private volatile boolean broken;

    private Shift(Server server, RegistryProcess registry) {
      writers.forEach(writer -> start(() -> write(registry, writer)));
      pullers.forEach(puller -> start(() -> pull(registry, puller)));
      start(() -> collect(server));
    }

    private interface Work {
      void run() throws IOException;
    }

    private void start(Work work) {
      Runnable guarded =
          () -> {
            try {
              work.run();
            } catch (IOException e) {
              // The server is gone, which most tests are about.
              cut.add(e);
              ended = true;
            } catch (RuntimeException | AssertionError e) {
              if (!broken) {
                wrong.add(e);
              }
              ended = true;
            }
          };
      threads.add(Thread.ofVirtual().start(guarded));
    }

    private void write(RegistryProcess registry, Writer writer) throws IOException {
      try (Pusher pusher = new Pusher(registry.address(), ledger)) {
        while (!ended) {
          accept(writer.step(pusher));
          acknowledged.countDown();
          steps.incrementAndGet();
        }
      }
    }

    /** A server that stops may say so. */
    private void accept(Answer answer) {
      if (answer.status() == 503) {
        ended = true;
      } else if (!Set.of(200, 201, 202).contains(answer.status())) {
        throw new AssertionError("refused: " + answer);
      }
    }

    private void pull(RegistryProcess registry, Puller puller) throws IOException {
      try (Caller caller = new Caller(registry.address())) {
        while (!ended) {
          steps.incrementAndGet();
          if (!puller.step(caller)) {
            Rounds.let(5);
          }
        }
      }
    }

    private void collect(Server server) throws IOException {
      while (!ended) {
        server.collect();
      }
    }

    /** Returns once eight changes or more are acknowledged. */
    void awaitProgress() throws InterruptedException {
      if (!acknowledged.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("no progress; " + wrong);
      }
    }

    /** Changes and pulls so far. */
    long steps() {
      return steps.get();
    }

    /** Nobody was refused and no connection broke so far. */
    void requireUnbroken() {
      if (!wrong.isEmpty() || !cut.isEmpty()) {
        throw new AssertionError("refused: " + wrong + ", cut off: " + cut);
      }
    }

    /** From now on any answer will do: the disk is about to go. */
    void expectTheWorst() {
      ledger.distrust();
      broken = true;
    }

    /** No more requests; those under way end first. */
    void end() throws InterruptedException {
      ended = true;
      for (Thread thread : threads) {
        thread.join();
      }
      if (!wrong.isEmpty()) {
        AssertionError error = new AssertionError("answers that nobody accepts");
        wrong.forEach(error::addSuppressed);
        throw error;
      }
    }
  }

  /** Everybody begins. */
  Shift begin(Server server, RegistryProcess registry) {
    return new Shift(server, registry);
  }

  /** A random number of milliseconds from {@code least} to {@code most}. */
  long moment(int least, int most) {
    return seeds.nextLong(least, most);
  }
}
