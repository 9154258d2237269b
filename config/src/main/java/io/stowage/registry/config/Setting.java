package io.stowage.registry.config;

/**
 * One value in force, for {@code config check} and the summary in the log.
 *
 * @param key the key as it stands in the file, dotted, with the indices of items
 * @param value the effective value as text, secrets masked
 * @param source who set it
 * @param changed whether it differs from the default, whoever set it
 */
public record Setting(String key, String value, Source source, boolean changed) {
  /** One line: key, value and source. */
  public String text() {
    return key + " = " + value + "  (" + source.text() + ")";
  }
}
