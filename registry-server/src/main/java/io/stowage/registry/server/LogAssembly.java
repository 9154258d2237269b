package io.stowage.registry.server;

import io.stowage.registry.config.LogSettings;
import io.stowage.registry.server.ops.Logging;
import java.util.List;
import java.util.Locale;

/** The application log as it is configured. */
public final class LogAssembly {
  private LogAssembly() {}

  /** All that is logged from now on is logged like that. */
  public static void configure(LogSettings settings) {
    Logging.configure(
        settings.level().name().toLowerCase(Locale.ROOT),
        Logging.Format.valueOf(settings.format().name()),
        settings.fields(),
        settings.reportCaller());
  }

  static LivePart live() {
    return LivePart.of(
        List.of("log.level", "loglevel", "log.formatter", "log.fields", "log.reportcaller"),
        next -> configure(next.log()));
  }
}
