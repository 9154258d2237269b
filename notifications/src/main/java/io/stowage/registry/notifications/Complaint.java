package io.stowage.registry.notifications;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * A warning about something that may go wrong with every event: logged at most once a minute, with
 * how often it went unsaid. Safe for use by any number of threads.
 */
final class Complaint {
  private static final Duration QUIET = Duration.ofMinutes(1);

  private final Logger log;
  private final InstantSource clock;
  private @Nullable Instant last;
  private long unsaid;

  Complaint(Logger log, InstantSource clock) {
    this.log = log;
    this.clock = clock;
  }

  synchronized void warn(String what, @Nullable Throwable cause) {
    Instant now = clock.instant();
    if (last != null && now.isBefore(last.plus(QUIET))) {
      unsaid++;
      return;
    }
    if (unsaid > 0) {
      log.warn("{} (and {} times before)", what, unsaid, cause);
    } else {
      log.warn("{}", what, cause);
    }
    last = now;
    unsaid = 0;
  }

  /** It is over: the next one is news. */
  synchronized void settled() {
    last = null;
    unsaid = 0;
  }
}
