package io.stowage.registry.server.control;

import java.io.IOException;

/** A task ends where it is: whoever asked for it left, or the server stops. The message says. */
public final class CallerGoneException extends IOException {
  private static final long serialVersionUID = 1L;

  CallerGoneException(String message) {
    super(message);
  }
}
