package io.stowage.registry.storage.filesystem;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reports each broken object of the volume once, so that a popular one doesn't fill the log. */
final class Findings {
  private static final Logger LOG = LoggerFactory.getLogger(Findings.class);
  private static final long REMEMBERED = 10_000;

  private final boolean silent;
  private final Cache<Path, String> reported =
      Caffeine.newBuilder().maximumSize(REMEMBERED).executor(Runnable::run).build();

  Findings() {
    this(false);
  }

  private Findings(boolean silent) {
    this.silent = silent;
  }

  /** For a check of the volume, which reports by itself. */
  static Findings silent() {
    return new Findings(true);
  }

  /**
   * Reports a broken object, unless that was done already.
   *
   * @param problem what is wrong and what that means for it
   */
  void report(Path object, String problem) {
    if (!silent && reported.asMap().putIfAbsent(object, problem) == null) {
      LOG.warn("{}: {}", object, problem);
    }
  }
}
