package io.stowage.registry.server.http;

import java.io.IOException;

/** The peer closed the connection, or was too slow, in the middle of a request. Not our fault. */
public final class ClientGoneException extends IOException {
  private static final long serialVersionUID = 1L;

  public ClientGoneException(String message) {
    super(message);
  }
}
