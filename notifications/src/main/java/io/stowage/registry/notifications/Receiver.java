package io.stowage.registry.notifications;

import io.stowage.registry.event.EventStatistics;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One receiver: its queue, and the thread that delivers from it, one event after the other. An
 * event stays first until it is accepted or given up, so a receiver that fails holds up nobody but
 * itself.
 */
final class Receiver implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Receiver.class);
  private static final Duration IDLE = Duration.ofHours(1);
  private static final Duration AFTER_DISK_FAILURE = Duration.ofSeconds(1);
  private static final Duration LAST_ATTEMPT = Duration.ofSeconds(2);

  private final EventQueue queue;
  private final Duration maxAge;
  private final Tally tally;
  private final InstantSource clock;
  private final Complaint diskFails;
  private final Complaint receiverFails;
  private final Delivery delivery = new Delivery();
  private final Breaker breaker = new Breaker();
  private final Bell bell = new Bell();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile Endpoint endpoint;
  private volatile boolean closing;
  private volatile long patienceEnds; // by the nano clock, from when it is closing

  private Receiver(
      Endpoint endpoint, EventQueue queue, Duration maxAge, Tally tally, InstantSource clock) {
    this.endpoint = endpoint;
    this.queue = queue;
    this.maxAge = maxAge;
    this.tally = tally;
    this.clock = clock;
    this.diskFails = new Complaint(LOG, clock);
    this.receiverFails = new Complaint(LOG, clock);
  }

  /** Begins to deliver what the queue holds. */
  static Receiver start(
      Endpoint endpoint, EventQueue queue, Duration maxAge, Tally tally, InstantSource clock) {
    Receiver receiver = new Receiver(endpoint, queue, maxAge, tally, clock);
    Thread.ofVirtual().name("notify-" + endpoint.name()).start(receiver::run);
    return receiver;
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /** The next attempt is made by these settings. */
  void change(Endpoint settings) {
    endpoint = settings;
    bell.ring();
  }

  /** Opens a queue in another place, for the same counts. */
  EventQueue open(Queues queues, long maxBytes) throws IOException {
    return queues.open(endpoint.name(), maxBytes, tally, clock);
  }

  /**
   * Ends, and goes on with another queue, which gets what waits in this one's. Nothing may be
   * accepted meanwhile. What can't be written is lost.
   */
  Receiver movedTo(EventQueue next) throws IOException {
    close();
    try {
      for (QueuedEvent event = queue.oldest(); event != null; event = queue.oldest()) {
        next.append(event.time(), event.body());
        queue.remove(event);
      }
      next.flush();
    } catch (IOException e) {
      tally.lost(queue.size());
      complain("what waited in memory can't be written", e);
    }
    return start(endpoint, next, maxAge, tally, clock);
  }

  EventStatistics.Figures statistics() {
    return tally.snapshot(endpoint, queue.size());
  }

  // --- the side that takes events over

  /** Queues an event. What can't be kept is counted and lost. */
  void accept(Instant time, byte[] body) {
    tally.takenOver();
    try {
      queue.append(time, body);
    } catch (IOException e) {
      tally.lost(1);
      complain("an event is lost, its queue can't be written", e);
    }
  }

  /** Makes durable what was queued, and has it delivered. */
  void flush() {
    try {
      queue.flush();
    } catch (IOException e) {
      complain("its queue can't be flushed, a power cut may lose events", e);
    }
    bell.ring();
  }

  private void complain(String what, IOException cause) {
    diskFails.warn("endpoint %s: %s".formatted(endpoint.name(), what), cause);
  }

  // --- the delivering thread

  private void run() {
    try {
      while (!closing) {
        Duration rest = step();
        if (rest.isPositive()) {
          bell.await(rest);
        }
      }
    } catch (InterruptedException e) {
      LOG.error("endpoint {}: delivering was interrupted", endpoint.name(), e);
    } finally {
      ended.countDown();
    }
  }

  /** One attempt, if there is something to attempt. Answers how long there is nothing to do. */
  private Duration step() {
    try {
      QueuedEvent event = queue.oldest();
      if (event == null) {
        return IDLE;
      }
      Instant now = clock.instant();
      if (event.time().plus(maxAge).isBefore(now)) {
        queue.giveUp(event, "it could not be delivered for " + words(maxAge));
        return Duration.ZERO;
      }
      Duration rest = breaker.rest(endpoint, now);
      if (!rest.isPositive()) {
        deliver(event);
      }
      return rest;
    } catch (IOException e) {
      complain("its queue fails", e);
      return AFTER_DISK_FAILURE;
    } catch (RuntimeException e) {
      LOG.error("endpoint {}: delivering failed", endpoint.name(), e);
      return AFTER_DISK_FAILURE;
    }
  }

  /** As durations are configured: {@code 168h}. */
  private static String words(Duration duration) {
    return duration.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
  }

  private void deliver(QueuedEvent event) throws IOException {
    switch (delivery.attempt(endpoint, event.body())) {
      case Outcome.Accepted(int status) -> {
        tally.accepted(status);
        accepted();
        queue.remove(event);
      }
      case Outcome.Refused(int status) -> {
        tally.refused(status);
        failed("it answered " + status);
      }
      case Outcome.Unanswered(String reason) -> {
        if (!closing) {
          tally.unanswered();
          failed(reason);
        }
      }
    }
  }

  private void accepted() {
    if (breaker.failures() > 0) {
      LOG.info(
          "endpoint {} takes events again, after {} failures", endpoint.name(), breaker.failures());
      breaker.succeeded();
      receiverFails.settled();
    }
  }

  private void failed(String reason) {
    breaker.failed(clock.instant());
    receiverFails.warn(
        "endpoint %s (%s): an event could not be delivered, it will be tried again: %s"
            .formatted(endpoint.name(), endpoint.shownUrl(), reason),
        null);
  }

  /** Begins no further attempt. One that is under way may end, for a moment from now. */
  void stop() {
    patienceEnds = System.nanoTime() + LAST_ATTEMPT.toNanos();
    closing = true;
    bell.ring();
  }

  /** Ends what was {@linkplain #stop stopped}: many that hang are waited for together. */
  @Override
  public void close() throws IOException {
    try {
      boolean inTime = ended.await(patienceEnds - System.nanoTime(), TimeUnit.NANOSECONDS);
      delivery.close();
      if (!inTime) {
        ended.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      delivery.close();
    }
    queue.close();
  }
}
