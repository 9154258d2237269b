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

  /** Hears of exchanges, in no order. Called on any thread; never blocks, never throws. */
  @FunctionalInterface
  public interface Listener {
    /**
     * Hears what a request is about as soon as that is known: once, and never of one that no route
     * took or that is completed already. Whoever hears this also hears {@link #completed}, which
     * may come a moment earlier on another thread.
     *
     * @param resource the one of its {@link Particulars}
     */
    default void begun(String resource) {}

    /** Hears of a completed exchange, once for each. */
    void completed(CompletedExchange exchange);

    /** Tells all of these, one after another. */
    static Listener all(List<Listener> listeners) {
      List<Listener> copy = List.copyOf(listeners);
      return new Listener() {
        @Override
        public void begun(String resource) {
          copy.forEach(listener -> listener.begun(resource));
        }

        @Override
        public void completed(CompletedExchange exchange) {
          copy.forEach(listener -> listener.completed(exchange));
        }
      };
    }
  }
}
