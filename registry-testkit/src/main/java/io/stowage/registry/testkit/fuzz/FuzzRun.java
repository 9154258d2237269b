package io.stowage.registry.testkit.fuzz;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Runs generated input against a target for a fixed time. Each input follows from a seed and its
 * number alone, so a failing one can be made again. The seed of a usual run is always the same: a
 * change is not refused for what a new seed finds in somebody else's code.
 *
 * <p>Two system properties change that, as {@code make fuzz} does: {@code fuzz.seconds}, the time
 * for each target, one half of which then goes to a new seed, and {@code fuzz.seed}, the only seed.
 * All seeds are printed.
 *
 * <p>A seed goes on for longer while all of its inputs were accepted, or none, up to ten thousand:
 * a busy machine may leave time for few.
 *
 * <p>An input fails if the target throws anything, doesn't come back, or allocates more than it
 * may. A run fails too if all inputs were accepted, or none: then the rules for the others were
 * never tried. The figures of each run go to {@code target/fuzz/NAME.figures}, where {@code
 * tools/fuzz-figures} adds them up.
 */
public final class FuzzRun {
  /** In the module's folder, where tests run. */
  private static final Path USUAL_FOLDER = Path.of("target", "fuzz");

  /** Any number does; it must only stay the same. */
  private static final long USUAL_SEED = 1;

  /** Of the whole test run: all targets together stay below a minute. */
  private static final Duration USUAL_TIME = Duration.ofMillis(2500);

  /** After so many inputs of one side only, none of the other side is to be expected. */
  private static final long MANY_INPUTS = 10_000;

  /** When an input counts as one that never ends: thousands of times longer than any takes. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** What loading a target's classes takes on the heap at first, and some more. */
  private static final long MOST_ALLOCATED = 64 << 20;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final String name;
  private final InputSource source;
  private final Duration time;
  private final List<Long> seeds;
  private final Path folder;

  private FuzzRun(String name, InputSource source, Duration time, List<Long> seeds, Path folder) {
    this.name = name;
    this.source = source;
    this.time = time;
    this.seeds = seeds;
    this.folder = folder;
  }

  /**
   * A run that is still to be made.
   *
   * @param name of the target, for people and for files: letters, digits and hyphens
   */
  public static FuzzRun of(String name, InputSource source) {
    String seconds = System.getProperty("fuzz.seconds", "");
    String seed = System.getProperty("fuzz.seed", "");
    return new FuzzRun(
        name,
        source,
        seconds.isEmpty() ? USUAL_TIME : Duration.ofSeconds(Long.parseLong(seconds)),
        seeds(seed, !seconds.isEmpty()),
        USUAL_FOLDER);
  }

  private static List<Long> seeds(String given, boolean searching) {
    if (!given.isEmpty()) {
      return List.of(Long.parseLong(given));
    }
    return searching
        ? List.of(USUAL_SEED, RandomGenerator.getDefault().nextLong(Long.MAX_VALUE))
        : List.of(USUAL_SEED);
  }

  /** A run of one seed that leaves its files in this folder: for tests of this class. */
  static FuzzRun of(String name, InputSource source, Duration time, long seed, Path folder) {
    return new FuzzRun(name, source, time, List.of(seed), folder);
  }

  /**
   * Runs, on a thread of its own.
   *
   * @throws AssertionError for the first input that fails, with all that is needed to make it again
   */
  public void against(FuzzTarget target) throws IOException, InterruptedException {
    Figures figures = new Figures();
    try {
      for (long seed : seeds) {
        runSeed(seed, target, figures);
      }
    } finally {
      Files.createDirectories(folder);
      Files.writeString(
          folder.resolve(name + ".figures"),
          "%s %d %d %d%n".formatted(name, figures.inputs, figures.crashes, figures.serverErrors));
    }
    if (figures.accepted == 0 || figures.accepted == figures.inputs) {
      throw new AssertionError(
          "fuzz %s: %d of %d inputs were accepted (expected: some, not all)"
              .formatted(name, figures.accepted, figures.inputs));
    }
  }

  private void runSeed(long seed, FuzzTarget target, Figures figures) throws InterruptedException {
    Worker worker = new Worker(seed, target, time.dividedBy(seeds.size()));
    Thread thread = Thread.ofPlatform().name("fuzz-" + name).daemon().start(worker);
    long before = -1;
    while (!thread.join(PATIENCE) && before != worker.index) {
      before = worker.index;
    }
    figures.add(worker);
    if (thread.isAlive()) {
      AssertionError hangs = new AssertionError("it doesn't come back");
      hangs.setStackTrace(thread.getStackTrace());
      worker.failure = hangs;
    }
    if (worker.failure != null) {
      figures.count(worker.failure);
      byte[] input = input(seed, worker.index);
      throw FuzzFailure.of(name, seed, worker.index, input, worker.failure, folder);
    }
    System.out.printf(
        "fuzz %s: %d inputs of seed %d, %d accepted%n", name, worker.index, seed, worker.accepted);
  }

  /** This input, as often as one likes. */
  private byte[] input(long seed, long index) {
    // Not a multiple of the generator's own step, which would make each input the tail of the last.
    return source.next(new SplittableRandom((seed * 31 + index) * 0xbf58_476d_1ce4_e5b9L));
  }

  /** Whether only accepted or only refused inputs came yet, which more of them may still change. */
  private static boolean isOneSided(long accepted, long inputs) {
    return (accepted == 0 || accepted == inputs) && inputs < MANY_INPUTS;
  }

  /** Of all seeds together. */
  private static final class Figures {
    private long inputs;
    private long accepted;
    private long crashes;
    private long serverErrors;

    void add(Worker worker) {
      inputs += worker.index;
      accepted += worker.accepted;
    }

    void count(Throwable failure) {
      if (failure instanceof ServerErrorAnswer) {
        serverErrors++;
      } else {
        crashes++;
      }
    }
  }

  /** Takes one input after another, until the time is over or one fails. */
  private final class Worker implements Runnable {
    private final long seed;
    private final FuzzTarget target;
    private final Duration lasting;

    /** Of the input that it is at; in the end, how many there were. */
    private volatile long index;

    private volatile long accepted;
    private volatile @Nullable Throwable failure;

    Worker(long seed, FuzzTarget target, Duration lasting) {
      this.seed = seed;
      this.target = target;
      this.lasting = lasting;
    }

    @Override
    @SuppressWarnings("CatchingUnchecked") // whatever is thrown is what is looked for
    public void run() {
      long start = System.nanoTime();
      long count = 0;
      long taken = 0;
      try {
        do {
          byte[] input = input(seed, count);
          long before = THREADS.getCurrentThreadAllocatedBytes();
          taken += target.accepts(input) ? 1 : 0;
          long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
          if (allocated > MOST_ALLOCATED) {
            throw new AssertionError(
                "it allocates %d bytes (at most %d)".formatted(allocated, MOST_ALLOCATED));
          }
          accepted = taken;
          index = ++count;
        } while (System.nanoTime() - start < lasting.toNanos() || isOneSided(taken, count));
      } catch (Throwable thrown) {
        failure = thrown;
      }
    }
  }
}
