package io.stowage.registry.server;

import io.stowage.registry.config.LogSettings;
import io.stowage.registry.server.mail.MailAccount;
import io.stowage.registry.server.ops.AccessLine;
import io.stowage.registry.server.ops.AccessLog;
import io.stowage.registry.server.ops.Logging;
import io.stowage.registry.server.ops.RequestLog;
import java.io.OutputStream;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.event.Level;

/** What is logged, from the section {@code log} of the configuration. */
public final class LogAssembly {
  private LogAssembly() {}

  /** Has the application log of this process follow the settings from now on. */
  public static void configure(LogSettings settings) {
    Logging.configure(
        new Logging.Settings(
            level(settings.level()),
            Logging.Format.valueOf(settings.format().name()),
            settings.fields(),
            settings.reportCaller(),
            settings.hooks().stream().map(LogAssembly::mail).toList()));
  }

  private static Logging.Mail mail(LogSettings.MailHook hook) {
    return new Logging.Mail(
        hook.levels().stream().map(LogAssembly::level).collect(Collectors.toSet()),
        new MailAccount(
            hook.host(),
            hook.port(),
            hook.username(),
            hook.password(),
            hook.insecure(),
            hook.from(),
            hook.to()));
  }

  private static Level level(LogSettings.Level level) {
    return Level.valueOf(level.name());
  }

  /** The access log, started, unless it is off. */
  static Optional<AccessLog> accessLog(LogSettings settings, OutputStream out) {
    return settings.accessLog().enabled()
        ? Optional.of(AccessLog.start(out, format(settings.accessLog().format())))
        : Optional.empty();
  }

  private static AccessLine format(LogSettings.AccessFormat format) {
    return switch (format) {
      case COMBINED -> AccessLine.COMBINED;
      case JSON -> AccessLine.JSON;
    };
  }

  /** What the application log says of requests, unless it is to say nothing. */
  static Optional<RequestLog> requestLog(LogSettings settings) {
    return switch (settings.requests()) {
      case ALL -> Optional.of(new RequestLog(Level.INFO));
      case ERRORS -> Optional.of(new RequestLog(Level.DEBUG));
      case NONE -> Optional.empty();
    };
  }
}
