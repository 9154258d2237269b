package io.stowage.registry.config;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is logged and how ({@code log}, {@code stowage.log}).
 *
 * @param fields added to every line of the application log, in this order
 * @param reportCaller whether a line names its place in the source
 * @param requests which requests leave a line in the application log
 * @param hooks who else hears of what is logged; those that are not disabled
 */
public record LogSettings(
    Level level,
    Format format,
    Map<String, String> fields,
    boolean reportCaller,
    Requests requests,
    AccessLog accessLog,
    List<MailHook> hooks) {
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

  /** Which requests leave a line in the application log. */
  public enum Requests {
    /** Each. */
    ALL,
    /** Those that failed or were refused; the others only for whoever debugs. */
    ERRORS,
    NONE
  }

  /**
   * One line for each request, on stdout.
   *
   * @param enabled whether there is one
   */
  public record AccessLog(boolean enabled, AccessFormat format) {}

  /** The shape of a line of the access log. */
  public enum AccessFormat {
    /** The Combined Log Format. */
    COMBINED,
    JSON
  }

  /**
   * {@code log.hooks[]} of the type mail. The password never shows.
   *
   * @param levels mail is sent for lines of these
   * @param host of the SMTP server, a name or an address
   * @param username empty for no login
   * @param insecure whether the server may be anybody: without TLS, or with any certificate
   * @param from address of the sender
   * @param to addresses, at least one
   */
  public record MailHook(
      Set<Level> levels,
      String host,
      int port,
      String username,
      String password,
      boolean insecure,
      String from,
      List<String> to) {
    public MailHook {
      levels = Set.copyOf(levels);
      to = List.copyOf(to);
    }

    @Override
    public String toString() {
      return "MailHook[levels=" + levels + ", host=" + host + ", to=" + to + "]";
    }
  }

  public LogSettings {
    fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    hooks = List.copyOf(hooks);
  }
}
