package io.stowage.registry.notifications;

import io.stowage.registry.event.EventSink;
import io.stowage.registry.event.EventStatistics;
import io.stowage.registry.event.RegistryEvent;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers events to receivers over HTTP. Whoever tells of a change waits until it is in the queues
 * and flushed, together with all others who wait: one flush serves them all. Pulls wait in memory
 * for the next flush, a second at most.
 *
 * <pre>
 *   accept --> [ intake ] --flush--> [ queue of a ] --> thread of a --> POST
 *                                    [ queue of b ] --> thread of b --> POST
 * </pre>
 */
public final class Notifications implements EventSink, EventStatistics, Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Notifications.class);
  private static final Duration ROUND = Duration.ofMillis(500);
  private static final int INTAKE_EVENTS = 10_000;

  private final Source source;
  private final QueueLimits limits;
  private final InstantSource clock;
  private final Bell closed = new Bell();
  private final Thread rounds;
  private final ReentrantLock flushing = new ReentrantLock();
  private Queues queues; // guarded by this
  private volatile List<Receiver> receivers = List.of();
  private volatile Set<RegistryEvent.Kind> wanted = Set.of();
  private volatile boolean closing;

  // Guarded by itself.
  private final List<RegistryEvent> intake = new ArrayList<>();

  private Notifications(Queues queues, Source source, QueueLimits limits, InstantSource clock) {
    this.queues = queues;
    this.source = source;
    this.limits = limits;
    this.clock = clock;
    this.rounds = Thread.ofVirtual().name("notifications").unstarted(this::flushInRounds);
  }

  /**
   * Begins to deliver, first of all what an earlier process left.
   *
   * @param queues where events wait
   * @param source what events say they come from
   * @throws IOException if a queue can't be opened
   * @throws IllegalArgumentException if no request can be made to an endpoint
   */
  public static Notifications start(
      Queues queues,
      Source source,
      QueueLimits limits,
      List<Endpoint> endpoints,
      InstantSource clock)
      throws IOException {
    Notifications notifications = new Notifications(queues, source, limits, clock);
    notifications.update(endpoints);
    notifications.rounds.start();
    return notifications;
  }

  // --- who hears of it

  /**
   * Delivers to these receivers from now on. One that was there before, by its name, keeps its
   * queue and goes on by its new settings. One that is gone keeps on disk what it has not got, for
   * the day it comes back.
   *
   * @throws IOException if a queue can't be opened; then all is as before
   */
  public synchronized void update(List<Endpoint> endpoints) throws IOException {
    endpoints.forEach(Delivery::require);
    List<Receiver> gone = new ArrayList<>();
    flushing.lock();
    try {
      gone.addAll(receivers);
      List<Receiver> present = present(endpoints);
      gone.removeAll(present);
      receivers = List.copyOf(present);
      wanted = wanted(endpoints);
      queues.tellOrphans(endpoints);
    } finally {
      flushing.unlock();
    }
    close(gone); // before the next update, which may open their queues again
  }

  private List<Receiver> present(List<Endpoint> endpoints) throws IOException {
    List<Receiver> begun = new ArrayList<>();
    List<Receiver> present = new ArrayList<>();
    try {
      for (Endpoint endpoint : endpoints) {
        Receiver known = find(endpoint.name());
        if (known == null) {
          begun.add(begin(endpoint));
        }
        present.add(known == null ? begun.getLast() : known);
      }
    } catch (IOException e) {
      close(begun);
      throw e;
    }
    for (int i = 0; i < present.size(); i++) {
      present.get(i).change(endpoints.get(i));
    }
    return present;
  }

  private @Nullable Receiver find(String name) {
    for (Receiver receiver : receivers) {
      if (receiver.endpoint().name().equals(name)) {
        return receiver;
      }
    }
    return null;
  }

  private Receiver begin(Endpoint endpoint) throws IOException {
    Tally tally = new Tally();
    EventQueue queue = queues.open(endpoint.name(), limits.maxBytes(), tally, clock);
    if (queue.size() > 0) {
      LOG.info("endpoint {}: {} events wait from before", endpoint.name(), queue.size());
    }
    return Receiver.start(endpoint, queue, limits.maxAge(), tally, clock);
  }

  private static Set<RegistryEvent.Kind> wanted(List<Endpoint> endpoints) {
    Set<RegistryEvent.Kind> kinds = EnumSet.allOf(RegistryEvent.Kind.class);
    kinds.removeIf(kind -> endpoints.stream().noneMatch(endpoint -> endpoint.wants(kind)));
    return kinds;
  }

  /**
   * Keeps what waits in these queues from now on, and what waits in those before it. Events that
   * come meanwhile wait, for the moment that an attempt under way is given.
   *
   * @throws IOException if one can't be opened; then all is as before
   */
  public synchronized void moveTo(Queues next) throws IOException {
    flushing.lock();
    try {
      List<EventQueue> opened = opened(next);
      queues = next;
      receivers.forEach(Receiver::stop);
      List<Receiver> moved = new ArrayList<>();
      for (int i = 0; i < opened.size(); i++) {
        moved.add(receivers.get(i).movedTo(opened.get(i)));
      }
      receivers = List.copyOf(moved);
    } finally {
      flushing.unlock();
    }
  }

  private List<EventQueue> opened(Queues next) throws IOException {
    List<EventQueue> opened = new ArrayList<>();
    try {
      for (Receiver receiver : receivers) {
        opened.add(receiver.open(next, limits.maxBytes()));
      }
      return opened;
    } catch (IOException e) {
      for (EventQueue queue : opened) {
        queue.close();
      }
      throw e;
    }
  }

  // --- events

  @Override
  public boolean wants(RegistryEvent.Kind kind) {
    return wanted.contains(kind);
  }

  @Override
  public void accept(List<RegistryEvent> events) {
    boolean flushNow;
    synchronized (intake) {
      intake.addAll(events);
      flushNow = intake.size() >= INTAKE_EVENTS;
    }
    if (flushNow || events.stream().anyMatch(event -> event.kind().isChange())) {
      flush();
    }
  }

  /**
   * Queues what was taken in until now, durably. Who waits for the lock while others flush finds
   * its events done, or does them in company: a flush begins after the events came in.
   */
  private void flush() {
    flushing.lock();
    try {
      List<RegistryEvent> batch = takeIntake();
      for (RegistryEvent event : batch) {
        queue(event);
      }
      if (!batch.isEmpty()) {
        receivers.forEach(Receiver::flush);
      }
    } finally {
      flushing.unlock();
    }
  }

  private List<RegistryEvent> takeIntake() {
    synchronized (intake) {
      List<RegistryEvent> batch = List.copyOf(intake);
      intake.clear();
      return batch;
    }
  }

  private void queue(RegistryEvent event) {
    List<Receiver> hearing =
        receivers.stream().filter(receiver -> receiver.endpoint().wants(event)).toList();
    if (!hearing.isEmpty()) {
      byte[] body = Envelope.of(event, source);
      hearing.forEach(receiver -> receiver.accept(event.time(), body));
    }
  }

  private void flushInRounds() {
    try {
      while (!closing) {
        closed.await(ROUND);
        flush();
      }
    } catch (InterruptedException e) {
      LOG.error("events of pulls are no longer flushed: interrupted", e);
    }
  }

  // --- the end

  @Override
  public List<EventStatistics.Figures> receivers() {
    return receivers.stream().map(Receiver::statistics).toList();
  }

  /** Stops delivering. What waits on disk waits for the next start. */
  @Override
  public synchronized void close() throws IOException {
    closing = true;
    closed.ring();
    try {
      rounds.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    flush();
    close(receivers);
    receivers = List.of();
    wanted = Set.of();
  }

  private static void close(List<Receiver> receivers) throws IOException {
    receivers.forEach(Receiver::stop);
    IOException failure = null;
    for (Receiver receiver : receivers) {
      try {
        receiver.close();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
