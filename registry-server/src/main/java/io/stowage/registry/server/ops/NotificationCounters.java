package io.stowage.registry.server.ops;

import java.util.List;
import java.util.Map;

/** What became of the events for each receiver since the start, as distribution counts them. */
@FunctionalInterface
public interface NotificationCounters {
  /** Where nobody is notified. */
  NotificationCounters NONE = List::of;

  /** The receivers in the order of the configuration. May be asked at any time, by any thread. */
  List<Endpoint> endpoints();

  /**
   * One receiver.
   *
   * @param name unique
   * @param url without user information and query
   * @param pending how many events wait now
   * @param events how many were to be sent to it
   * @param successes how many it accepted
   * @param failures how many times it answered with a status that is no success
   * @param errors how many times there was no answer
   * @param statuses how often it answered what, by status and reason, for example {@code 200 OK}
   */
  record Endpoint(
      String name,
      String url,
      long pending,
      long events,
      long successes,
      long failures,
      long errors,
      Map<String, Long> statuses) {
    public Endpoint {
      statuses = Map.copyOf(statuses);
    }
  }
}
