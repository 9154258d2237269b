package io.stowage.registry.event;

import java.util.List;
import java.util.Map;

/** How the delivery of events goes, for metrics. */
@FunctionalInterface
public interface EventStatistics {
  /** No receiver, no figures. */
  EventStatistics NONE = List::of;

  /** The figures of each receiver as they are now, since the start of the process. */
  List<Figures> receivers();

  /**
   * The figures of one receiver.
   *
   * @param name as configured
   * @param url without the credentials it may hold
   * @param events how many were taken over for it
   * @param successes how many attempts it accepted
   * @param failures how many attempts it refused
   * @param errors how many attempts got no answer
   * @param pending how many wait now
   * @param dead how many will not be delivered because of age or number, and were put aside
   * @param lost how many are gone because no disk could keep them
   * @param statuses how many answers there were, by status code
   */
  record Figures(
      String name,
      String url,
      long events,
      long successes,
      long failures,
      long errors,
      long pending,
      long dead,
      long lost,
      Map<Integer, Long> statuses) {
    public Figures {
      statuses = Map.copyOf(statuses);
    }
  }
}
