package io.stowage.registry.server.json;

/** A document that is no JSON, or not of the expected shape. The message says what and where. */
public final class JsonException extends Exception {
  private static final long serialVersionUID = 1L;

  public JsonException(String message) {
    super(message, null, false, false);
  }
}
