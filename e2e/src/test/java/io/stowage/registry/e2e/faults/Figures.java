package io.stowage.registry.e2e.faults;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Counts of the whole run, printed at its end, a line each; {@code tools/faults} fails if one of
 * the faults never happened. A test class that {@code @ExtendWith(Figures.Run.class)} has them as
 * parameter.
 */
final class Figures implements AutoCloseable {
  /** What is counted. Losses are told by the test that finds them as well. */
  enum Kind {
    KILLS("kills"),
    STOPS("stops under load"),
    KILLED_STARTS("kills during a start"),
    CALL_KILLS("kills at a system call"),
    AUDITED("changes whose flushes were audited"),
    INJECTED("errors of a system call"),
    EXT4_CUTS("power cuts of ext4"),
    XFS_CUTS("power cuts of xfs"),
    FULL_DISKS("requests that found no space"),
    READ_ONLY("requests to a read-only disk"),
    FORKS("starts on an earlier copy"),
    SOAKED("changes and pulls beside collections"),
    ROTTEN("files that rotted"),
    FOUND("rotten files found"),
    HEALED("rotten files healed by a push"),
    EVENTS("events of acknowledged pushes"),
    CHECKED("acknowledged objects checked"),
    RETRIES("interrupted requests retried"),
    RESUMED("uploads resumed"),
    LOST("lost"),
    POISONED("poisoned retries");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  private final Map<Kind, AtomicLong> counts = new EnumMap<>(Kind.class);

  Figures() {
    for (Kind kind : Kind.values()) {
      counts.put(kind, new AtomicLong());
    }
  }

  void add(Kind kind) {
    add(kind, 1);
  }

  void add(Kind kind, long number) {
    counter(kind).addAndGet(number);
  }

  long count(Kind kind) {
    return counter(kind).get();
  }

  private AtomicLong counter(Kind kind) {
    AtomicLong counter = counts.get(kind);
    if (counter == null) {
      throw new AssertionError(kind);
    }
    return counter;
  }

  @Override
  public void close() {
    counts.forEach(
        (kind, count) -> System.out.printf("measured faults: %s: %d%n", kind.words, count.get()));
  }

  /** The figures of the run, which JUnit closes at the end of it. */
  static final class Run implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Figures.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      return context
          .getRoot()
          .getStore(ExtensionContext.Namespace.GLOBAL)
          .getOrComputeIfAbsent(Figures.class, key -> new Figures(), Figures.class);
    }
  }
}
