package io.stowage.registry.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What is logged and how ({@code log}).
 *
 * @param fields added to every line of the application log, in this order
 * @param accessLogEnabled whether each request leaves a line on stdout
 * @param reportCaller whether a line names its place in the source
 */
public record LogSettings(
    Level level,
    Format format,
    Map<String, String> fields,
    boolean accessLogEnabled,
    boolean reportCaller) {
  /** From the quietest to the most talkative. */
  public enum Level {
    ERROR,
    WARN,
    INFO,
    DEBUG
  }

  /** The shape of a line of the application log. */
  public enum Format {
    TEXT,
    JSON,
    LOGSTASH
  }

  public LogSettings {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
  }
}
