package io.stowage.registry.server.ops;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Map;
import org.slf4j.LoggerFactory;

/**
 * The application log: one event a line on the error stream, in one of distribution's formats. Set
 * up in code, so that no file is looked for at start. Logback finds this class as a service.
 */
public final class Logging extends ContextAwareBase implements Configurator {

  /** How a line looks: the key {@code log.formatter}. */
  public enum Format {
    TEXT,
    JSON,
    LOGSTASH
  }

  /** What applies until the configuration is read. */
  @Override
  public ExecutionStatus configure(LoggerContext context) {
    configure(context, Level.INFO, Format.TEXT, Map.of(), false);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /**
   * Changes level and format for all that follows.
   *
   * @param level {@code error}, {@code warn}, {@code info} or {@code debug}
   * @param fields stand on every line
   * @param reportCaller whether each line names its place in the source
   */
  public static void configure(
      String level, Format format, Map<String, String> fields, boolean reportCaller) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    configure(context, Level.toLevel(level, Level.INFO), format, fields, reportCaller);
  }

  private static void configure(
      LoggerContext context,
      Level level,
      Format format,
      Map<String, String> fields,
      boolean reportCaller) {
    LogLines lines = new LogLines(format, fields, reportCaller);
    lines.setContext(context);
    lines.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setName("stderr");
    appender.setTarget("System.err");
    appender.setEncoder(lines);
    appender.start();
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.detachAndStopAllAppenders();
    root.addAppender(appender);
    root.setLevel(level);
    // Netty's own debug lines are about its internals and would drown ours.
    context.getLogger("io.netty").setLevel(level.isGreaterOrEqual(Level.INFO) ? level : Level.INFO);
  }
}
