package io.stowage.registry.server.ops;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import io.stowage.registry.server.json.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * Renders log events as distribution does: {@code time="..." level=info msg="..." key=value}, or as
 * JSON objects with the same fields, or with those of logstash. An event is always one line:
 * control characters are escaped, whoever they came from.
 */
final class LogLines extends EncoderBase<ILoggingEvent> {
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}&&[^\n\t]]");

  private final Logging.Format format;
  private final Map<String, String> fields;
  private final boolean reportCaller;
  private final Map<String, String> process;

  /**
   * @param fields stand on every line, in this order
   * @param reportCaller whether {@code func} and {@code file} name the place in the source
   * @param process what tells this process from others. People who read the text have one of them
   *     before them, so there it stands on lines with fields of their own alone
   */
  LogLines(
      Logging.Format format,
      Map<String, String> fields,
      boolean reportCaller,
      Map<String, String> process) {
    this.format = format;
    this.fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    this.reportCaller = reportCaller;
    this.process = Collections.unmodifiableMap(new LinkedHashMap<>(process));
  }

  /** Whether an event must tell where it comes from. */
  boolean reportsCaller() {
    return reportCaller;
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    return switch (format) {
      case TEXT -> text(event).getBytes(StandardCharsets.UTF_8);
      case JSON -> Json.writeAsciiLine(values(event, "time", "level", "msg"));
      case LOGSTASH -> {
        Map<String, Object> values = values(event, "@timestamp", "level", "message");
        values.put("@version", "1");
        yield Json.writeAsciiLine(values);
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
        .forEach(
            (key, value) ->
                line.append(key).append('=').append(quoted(value.toString())).append(' '));
    line.setCharAt(line.length() - 1, '\n');
    return line.toString();
  }

  private Map<String, Object> values(
      ILoggingEvent event, String timeKey, String levelKey, String messageKey) {
    Map<String, Object> values = new LinkedHashMap<>();
    Instant time = event.getInstant() == null ? Instant.now() : event.getInstant();
    values.put(timeKey, time.truncatedTo(ChronoUnit.MICROS).toString());
    values.put(levelKey, level(event.getLevel()));
    values.put(messageKey, event.getFormattedMessage());
    if (reportCaller) {
      putCaller(event, values);
    }
    values.putAll(fields);
    List<KeyValuePair> pairs = event.getKeyValuePairs();
    if (pairs != null) {
      pairs.forEach(pair -> values.put(pair.key, plain(pair.value)));
    }
    if (pairs != null || format != Logging.Format.TEXT) {
      process.forEach(values::putIfAbsent);
    }
    if (event.getThrowableProxy() != null) {
      values.put("error", ThrowableProxyUtil.asString(event.getThrowableProxy()).strip());
    }
    return values;
  }

  /** The name of a level in distribution. */
  static String level(Level level) {
    String name = level.toString().toLowerCase(Locale.ROOT);
    return name.equals("warn") ? "warning" : name;
  }

  /** The event for people: the message, then a line for each field, then the stack trace. */
  String paragraph(ILoggingEvent event) {
    StringBuilder text = new StringBuilder(256);
    values(event, "time", "level", "msg")
        .forEach(
            (key, value) ->
                text.append(key)
                    .append(": ")
                    .append(UNPRINTABLE.matcher(value.toString()).replaceAll("?"))
                    .append('\n'));
    return text.toString();
  }

  /** Numbers stay numbers where the format has them. */
  private static Object plain(@Nullable Object value) {
    return value instanceof Number || value instanceof Boolean ? value : String.valueOf(value);
  }

  private static void putCaller(ILoggingEvent event, Map<String, Object> values) {
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
