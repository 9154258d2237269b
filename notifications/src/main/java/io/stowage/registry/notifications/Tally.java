package io.stowage.registry.notifications;

import io.stowage.registry.event.EventStatistics;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/** What became of the events for one receiver. Safe for use by any number of threads. */
final class Tally {
  private final LongAdder events = new LongAdder();
  private final LongAdder successes = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder errors = new LongAdder();
  private final LongAdder dead = new LongAdder();
  private final LongAdder lost = new LongAdder();
  private final ConcurrentSkipListMap<Integer, LongAdder> statuses = new ConcurrentSkipListMap<>();

  void takenOver() {
    events.increment();
  }

  void accepted(int status) {
    successes.increment();
    answered(status);
  }

  void refused(int status) {
    failures.increment();
    answered(status);
  }

  void unanswered() {
    errors.increment();
  }

  void dead() {
    dead.increment();
  }

  void lost(long count) {
    lost.add(count);
  }

  private void answered(int status) {
    statuses.computeIfAbsent(status, _ -> new LongAdder()).increment();
  }

  EventStatistics.Figures snapshot(Endpoint endpoint, long pending) {
    return new EventStatistics.Figures(
        endpoint.name(),
        endpoint.shownUrl(),
        events.sum(),
        successes.sum(),
        failures.sum(),
        errors.sum(),
        pending,
        dead.sum(),
        lost.sum(),
        statuses.entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().sum())));
  }
}
