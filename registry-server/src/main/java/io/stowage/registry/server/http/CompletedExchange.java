package io.stowage.registry.server.http;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One request that was answered, or whose client went away: what logs, metrics and traces need.
 *
 * @param started when the request's head was complete
 * @param status of the response; 499 if the client went away before there was one
 * @param bytesSent how many bytes of the response's body were written
 * @param duration from the complete head to the last byte of the response
 */
public record CompletedExchange(
    Request request, Instant started, int status, long bytesSent, Duration duration) {

  /**
   * Hears of completed exchanges, once for each, in no order. Called on any thread; never blocks,
   * never throws.
   */
  @FunctionalInterface
  public interface Listener {
    void completed(CompletedExchange exchange);

    /** Tells all of these, one after another. */
    static Listener all(List<Listener> listeners) {
      List<Listener> copy = List.copyOf(listeners);
      return exchange -> copy.forEach(listener -> listener.completed(exchange));
    }
  }
}
