package io.stowage.registry.server.http;

import java.time.Duration;
import java.time.Instant;

/**
 * One request that was answered, or whose client went away: what the access log needs.
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
  }
}
