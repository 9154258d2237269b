package io.stowage.registry.thread;

/**
 * Ends an attempt that would block. Nobody but {@link NonBlocking#attempt} is to deal with it;
 * those who catch all exceptions hand it on.
 */
public final class WouldBlockException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Without a trace, which would cost more than all that was attempted. */
  WouldBlockException() {
    super("would block", null, false, false);
  }
}
