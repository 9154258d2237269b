package io.stowage.registry.config;

/**
 * Why the server must not start with this configuration.
 *
 * @param source where it stands
 * @param message names the key, the value and the rule; never a secret
 */
public record Problem(Source source, String message) {
  /** One line for the operator. */
  public String text() {
    return source.text() + ": " + message;
  }
}
