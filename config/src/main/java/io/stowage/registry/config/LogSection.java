package io.stowage.registry.config;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** {@code log} and {@code stowage.log} to {@link LogSettings}. */
final class LogSection {
  private static final String LEVELS = "error, warn, info, debug";

  /** With all the words that distribution takes here; our log has nothing above an error. */
  private static final Map<String, LogSettings.Level> HOOK_LEVELS =
      Map.of(
          "panic", LogSettings.Level.ERROR,
          "fatal", LogSettings.Level.ERROR,
          "error", LogSettings.Level.ERROR,
          "warn", LogSettings.Level.WARN,
          "warning", LogSettings.Level.WARN,
          "info", LogSettings.Level.INFO,
          "debug", LogSettings.Level.DEBUG);

  private final Values values;

  LogSection(Values values) {
    this.values = values;
  }

  LogSettings settings() {
    return new LogSettings(
        level(),
        values.word(
            "log.formatter",
            Map.of(
                "text", LogSettings.Format.TEXT,
                "json", LogSettings.Format.JSON,
                "logstash", LogSettings.Format.LOGSTASH),
            "text, json, logstash"),
        values.fields("log.fields"),
        values.flag("log.reportcaller"),
        values.word(
            "stowage.log.requests",
            Map.of(
                "all", LogSettings.Requests.ALL,
                "errors", LogSettings.Requests.ERRORS,
                "none", LogSettings.Requests.NONE),
            "all, errors, none"),
        accessLog(),
        hooks());
  }

  /** The old key counts only without the new one. */
  private LogSettings.Level level() {
    boolean old = values.isGiven("loglevel") && !values.isGiven("log.level");
    return values.word(
        old ? "loglevel" : "log.level",
        Map.of(
            "error", LogSettings.Level.ERROR,
            "warn", LogSettings.Level.WARN,
            "info", LogSettings.Level.INFO,
            "debug", LogSettings.Level.DEBUG),
        LEVELS);
  }

  private LogSettings.AccessLog accessLog() {
    return new LogSettings.AccessLog(
        !values.flag("log.accesslog.disabled"),
        values.word(
            "stowage.log.access.format",
            Map.of(
                "combined", LogSettings.AccessFormat.COMBINED,
                "json", LogSettings.AccessFormat.JSON),
            "combined, json"));
  }

  private List<LogSettings.MailHook> hooks() {
    List<LogSettings.MailHook> hooks = new ArrayList<>();
    for (Values item : values.items("log.hooks")) {
      if (!item.flag("disabled")) {
        if (item.text("type").equalsIgnoreCase("mail")) {
          hooks.add(mail(item));
        } else {
          item.refuse("type", "mail, the only kind of hook");
        }
      }
    }
    return hooks;
  }

  private static LogSettings.MailHook mail(Values item) {
    ListenAddress.Tcp server =
        ListenAddress.Tcp.parse(item.text("options.smtp.addr"))
            .filter(address -> !address.host().isEmpty() && address.port() > 0)
            .orElse(null);
    if (server == null) {
      item.refuse("options.smtp.addr", "host:port of an SMTP server");
      server = new ListenAddress.Tcp("localhost", 25);
    }
    String from = item.text("options.from");
    if (!isAddress(from)) {
      item.refuseOne("options.from", from, "an address of mail", "");
    }
    return new LogSettings.MailHook(
        levels(item),
        server.host(),
        server.port(),
        item.text("options.smtp.username"),
        item.text("options.smtp.password"),
        item.flag("options.smtp.insecure"),
        from,
        recipients(item));
  }

  private static List<String> recipients(Values item) {
    List<String> to = item.texts("options.to");
    if (to.isEmpty()) {
      item.missing("", "options.to", "addresses of mail");
    }
    for (String address : to) {
      if (!isAddress(address)) {
        item.refuseOne("options.to", address, "an address of mail", "");
      }
    }
    return to;
  }

  /** Enough to find a typing error; the rest is for the mail server to judge. */
  private static boolean isAddress(String text) {
    int at = text.indexOf('@');
    return at > 0
        && at == text.lastIndexOf('@')
        && at < text.length() - 1
        && text.chars().allMatch(c -> c > ' ' && c < 0x7f && "<>,;\"".indexOf(c) < 0);
  }

  private static Set<LogSettings.Level> levels(Values item) {
    Set<LogSettings.Level> levels = EnumSet.noneOf(LogSettings.Level.class);
    for (String text : item.texts("levels")) {
      LogSettings.Level level = HOOK_LEVELS.get(text.toLowerCase(Locale.ROOT));
      if (level == null) {
        item.refuseOne("levels", text, LEVELS, "");
      } else {
        levels.add(level);
      }
    }
    return levels.isEmpty() ? Set.of(LogSettings.Level.ERROR) : levels;
  }
}
