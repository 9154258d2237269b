package io.stowage.registry.server.http;

/**
 * A request that this package answers by itself, because its framing is in doubt or a limit is
 * passed. The connection closes after the answer. An exception without a stack trace inside the
 * decoder, a message behind it.
 */
final class RejectedRequest extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;

  RejectedRequest(int status, String message) {
    super(message, null, false, false);
    this.status = status;
  }

  static RejectedRequest malformed(String message) {
    return new RejectedRequest(400, message);
  }

  int status() {
    return status;
  }

  /** What the client is told: a constant of this package, never text from the request. */
  String message() {
    return String.valueOf(getMessage());
  }
}
