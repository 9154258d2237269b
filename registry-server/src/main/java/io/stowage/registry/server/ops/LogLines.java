package io.stowage.registry.server.ops;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import io.stowage.registry.server.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Renders log events as distribution does: {@code time="..." level=info msg="..." key=value}, or as
 * JSON objects with the same fields, or with those of logstash. An event is always one line:
 * control characters are escaped, whoever they came from.
 */
final class LogLines extends EncoderBase<ILoggingEvent> {
  private final Logging.Format format;
  private final Map<String, String> fields;
  private final boolean reportCaller;

  /**
   * @param fields stand on every line, in this order
   * @param reportCaller whether {@code func} and {@code file} name the place in the source
   */
  LogLines(Logging.Format format, Map<String, String> fields, boolean reportCaller) {
    this.format = format;
    this.fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    this.reportCaller = reportCaller;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    return switch (format) {
      case TEXT -> text(event).getBytes(StandardCharsets.UTF_8);
      case JSON -> Json.writeLine(values(event, "time", "level", "msg"));
      case LOGSTASH -> {
        Map<String, String> values = values(event, "@timestamp", "level", "message");
        values.put("@version", "1");
        yield Json.writeLine(values);
      }
    };
  }

  @Override
  public byte[] headerBytes() {
    return new byte[0];
  }

  @Override
  public byte[] footerBytes() {
    return new byte[0];
  }

  private String text(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(128);
    values(event, "time", "level", "msg")
        .forEach((key, value) -> line.append(key).append('=').append(quoted(value)).append(' '));
    line.setCharAt(line.length() - 1, '\n');
    return line.toString();
  }

  private Map<String, String> values(
      ILoggingEvent event, String timeKey, String levelKey, String messageKey) {
    Map<String, String> values = new LinkedHashMap<>();
    Instant time = event.getInstant() == null ? Instant.now() : event.getInstant();
    values.put(timeKey, time.truncatedTo(ChronoUnit.MICROS).toString());
    String level = event.getLevel().toString().toLowerCase(Locale.ROOT);
    values.put(levelKey, level.equals("warn") ? "warning" : level);
    values.put(messageKey, event.getFormattedMessage());
    if (reportCaller) {
      putCaller(event, values);
    }
    values.putAll(fields);
    if (event.getKeyValuePairs() != null) {
      event.getKeyValuePairs().forEach(pair -> values.put(pair.key, String.valueOf(pair.value)));
    }
    if (event.getThrowableProxy() != null) {
      values.put("error", ThrowableProxyUtil.asString(event.getThrowableProxy()).strip());
    }
    return values;
  }

  private static void putCaller(ILoggingEvent event, Map<String, String> values) {
    StackTraceElement[] callers = event.getCallerData();
    if (callers.length > 0) {
      StackTraceElement caller = callers[0];
      values.put("func", caller.getClassName() + "." + caller.getMethodName());
      values.put("file", caller.getFileName() + ":" + caller.getLineNumber());
    }
  }

  /** The value as it is if it is one plain word, else in quotes with everything odd escaped. */
  private static String quoted(String value) {
    if (!value.isEmpty() && value.chars().allMatch(LogLines::isPlain)) {
      return value;
    }
    StringBuilder quoted = new StringBuilder(value.length() + 8).append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        default -> {
          switch (Character.getType(c)) {
            case Character.CONTROL -> quoted.append("\\x").append("%02x".formatted((int) c));
            // They break a line for some readers, or turn the direction of what follows.
            case Character.FORMAT, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                quoted.append("\\u").append("%04x".formatted((int) c));
            default -> quoted.append(c);
          }
        }
      }
    }
    return quoted.append('"').toString();
  }

  private static boolean isPlain(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "-._/@^+".indexOf(c) >= 0;
  }
}
