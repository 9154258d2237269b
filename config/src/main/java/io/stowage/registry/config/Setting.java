package io.stowage.registry.config;

/**
 * One value in force, for {@code config check} and the summary in the log.
 *
 * @param key the key as it stands in the file, dotted
 * @param value the effective value as text, secrets masked
 * @param source who set it
 */
public record Setting(String key, String value, Source source) {
  /** One line: key, value and source. */
  public String text() {
    return key + " = " + value + "  (" + source.text() + ")";
  }
}
