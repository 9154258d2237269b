package io.stowage.registry.config;

/**
 * Something the operator should know, although the server starts.
 *
 * @param source where it stands
 * @param message names the key and what becomes of it; never a secret
 */
public record Notice(Level level, Source source, String message) {
  /** How loud. */
  public enum Level {
    /** Good to know; nothing is lost. */
    INFO,
    /** Something is not as the configuration says, or probably not as it was meant. */
    WARNING
  }

  /** One line for the operator. */
  public String text() {
    return source.text() + ": " + message;
  }
}
