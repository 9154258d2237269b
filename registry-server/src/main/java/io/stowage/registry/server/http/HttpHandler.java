package io.stowage.registry.server.http;

import java.io.IOException;

/** Answers requests. Called on a virtual thread per request; may block. */
@FunctionalInterface
public interface HttpHandler {
  /**
   * The response to this request. Who receives it closes it.
   *
   * @throws ClientGoneException if the peer went away; nobody is left to answer
   * @throws IOException a fault that the handler has no answer for: 500 and close
   */
  Response handle(Request request) throws IOException;
}
