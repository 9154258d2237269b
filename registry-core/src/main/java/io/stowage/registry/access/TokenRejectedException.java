package io.stowage.registry.access;

/**
 * A token that doesn't hold. The message says which check it failed, for logs and for the command
 * that verifies tokens, and repeats nothing that would be of use to somebody else.
 */
public final class TokenRejectedException extends Exception {
  private static final long serialVersionUID = 1L;

  public TokenRejectedException(String reason) {
    super(reason, null, false, false);
  }
}
