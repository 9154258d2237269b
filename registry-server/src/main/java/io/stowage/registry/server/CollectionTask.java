package io.stowage.registry.server;

import io.stowage.registry.server.control.CallerGoneException;
import io.stowage.registry.server.control.Console;
import io.stowage.registry.server.control.Task;
import io.stowage.registry.storage.GarbageCollector;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code garbage-collect}: the same beside a running server and without one. Only the grace
 * differs: without a server nobody can be in the middle of a push.
 */
public final class CollectionTask implements Task {
  /** Its name on the control socket. */
  public static final String NAME = "garbage-collect";

  private static final Logger LOG = LoggerFactory.getLogger(CollectionTask.class);

  private final GarbageCollector collector;
  private final Duration grace;

  /**
   * @param grace how long somebody may rely on what he was told is there
   */
  public CollectionTask(GarbageCollector collector, Duration grace) {
    this.collector = collector;
    this.grace = grace;
  }

  /** What the command line asks for. */
  public record Wish(boolean dryRun, boolean untagged, boolean quiet) {
    private static final String DRY_RUN = "dry-run";
    private static final String UNTAGGED = "delete-untagged";
    private static final String QUIET = "quiet";

    /** In words of the control socket. */
    public List<String> words() {
      List<String> words = new ArrayList<>();
      if (dryRun) {
        words.add(DRY_RUN);
      }
      if (untagged) {
        words.add(UNTAGGED);
      }
      if (quiet) {
        words.add(QUIET);
      }
      return words;
    }

    private static Wish of(List<String> words) {
      return new Wish(words.contains(DRY_RUN), words.contains(UNTAGGED), words.contains(QUIET));
    }
  }

  /** Says what a collection of an empty volume says. */
  public static void tellOfNothing(Console console, boolean quiet) throws IOException {
    new CollectionReport(console, quiet).found(new GarbageCollector.Finding.Counted(0, 0, 0));
  }

  @Override
  public int run(List<String> words, Console console) throws IOException {
    Wish wish = Wish.of(words);
    if (!wish.words().containsAll(words)) {
      console.err("failed to garbage collect: the server does not know all of " + words);
      return 1;
    }
    try {
      GarbageCollector.Outcome outcome =
          collector.collect(
              new GarbageCollector.Order(wish.dryRun(), wish.untagged(), grace),
              new CollectionReport(console, wish.quiet()));
      LOG.debug("garbage-collect: {}", outcome);
      return outcome.undecided() == 0 ? 0 : 1;
    } catch (CallerGoneException e) {
      throw e;
    } catch (IOException e) {
      console.err("failed to garbage collect: " + e.getMessage() + reason(e));
      return 1;
    }
  }

  /** Why, if something else was the reason: a log that can't be written tells of a full disk. */
  private static String reason(IOException failure) {
    return failure.getCause() instanceof IOException cause
            && !String.valueOf(failure.getMessage()).equals(cause.getMessage())
        ? ": " + cause.getMessage()
        : "";
  }
}
