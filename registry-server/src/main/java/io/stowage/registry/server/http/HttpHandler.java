package io.stowage.registry.server.http;

import java.io.IOException;

/**
 * Answers requests. Called on a virtual thread per request and may block, but for what it says is
 * {@linkplain #isShort short}.
 */
@FunctionalInterface
public interface HttpHandler {
  /**
   * The response to this request. Who receives it closes it.
   *
   * @throws ClientGoneException if the peer went away; nobody is left to answer
   * @throws IOException a fault that the handler has no answer for: 500 and close
   */
  Response handle(Request request) throws IOException;

  /**
   * Whether answering this request, which has no body, usually takes a few short reads and nothing
   * else. Then {@link #handle} is first called on an event loop, as an attempt that {@link
   * io.stowage.registry.thread.NonBlocking} ends where it would block; so it may be called twice.
   */
  default boolean isShort(Request request) {
    return false;
  }
}
