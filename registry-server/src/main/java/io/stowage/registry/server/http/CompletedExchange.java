package io.stowage.registry.server.http;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
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
   * Hears of completed exchanges, once for each, in no order. Called on any thread; never blocks.
   */
  @FunctionalInterface
  public interface Listener {
    void completed(CompletedExchange exchange);

    /**
     * One that has each of these hear of each exchange, in this order, whatever one of them does.
     */
    static Listener all(List<Listener> listeners) {
      List<Listener> copy = List.copyOf(listeners);
      return exchange -> tell(copy.iterator(), exchange);
    }

    private static void tell(Iterator<Listener> listeners, CompletedExchange exchange) {
      if (listeners.hasNext()) {
        try {
          listeners.next().completed(exchange);
        } finally {
          tell(listeners, exchange);
        }
      }
    }
  }
}
