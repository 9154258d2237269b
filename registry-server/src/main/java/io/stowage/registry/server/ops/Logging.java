package io.stowage.registry.server.ops;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.spi.ContextAwareBase;
import io.stowage.registry.server.mail.MailAccount;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.LoggerFactory;

/**
 * The application log: one event a line on the error stream, in one of distribution's formats, and
 * mail. Set up in code, so that no file is looked for at start. Logback finds this class as a
 * service.
 */
public final class Logging extends ContextAwareBase implements Configurator {

  /** How a line looks: the key {@code log.formatter}. */
  public enum Format {
    TEXT,
    JSON,
    LOGSTASH
  }

  /**
   * Who gets mail about lines.
   *
   * @param levels of these levels alone
   */
  public record Mail(Set<org.slf4j.event.Level> levels, MailAccount account) {
    public Mail {
      levels = Set.copyOf(levels);
    }
  }

  /**
   * What is logged and how.
   *
   * @param fields stand on every line
   * @param reportCaller whether each line names its place in the source
   */
  public record Settings(
      org.slf4j.event.Level level,
      Format format,
      Map<String, String> fields,
      boolean reportCaller,
      List<Mail> mail) {
    /** What applies until the configuration is read. */
    static final Settings INITIAL =
        new Settings(org.slf4j.event.Level.INFO, Format.TEXT, Map.of(), false, List.of());

    public Settings {
      fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
      mail = List.copyOf(mail);
    }
  }

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    configure(context, Settings.INITIAL);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /**
   * Changes what applies to all that follows. May be called again while others log: no line is lost
   * or doubled, and mail that waits is sent.
   */
  public static void configure(Settings settings) {
    configure(context(), settings);
  }

  /** Waits until what was logged is written, but not for long: for who writes beside the log. */
  public static void flush() {
    if (root(context()).getAppender(LogWriter.NAME) instanceof LogWriter writer) {
      writer.flush();
    }
  }

  /** The same for mail too, before the process ends. */
  public static void finish() {
    List<MailHook> hooks = hooks(root(context()));
    hooks.forEach(MailHook::stop);
    hooks.forEach(MailHook::join);
    flush();
  }

  private static LoggerContext context() {
    return (LoggerContext) LoggerFactory.getILoggerFactory();
  }

  private static Logger root(LoggerContext context) {
    return context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  static void configure(LoggerContext context, Settings settings) {
    LogLines lines =
        new LogLines(
            settings.format(),
            settings.fields(),
            settings.reportCaller(),
            Map.of(
                "instance.id", ProcessIdentity.INSTANCE_ID, "version", ProcessIdentity.version()));
    Logger root = root(context);
    if (root.getAppender(LogWriter.NAME) instanceof LogWriter writer) {
      writer.show(lines);
    } else {
      root.detachAndStopAllAppenders();
      root.addAppender(LogWriter.start(context, () -> System.err, lines));
    }
    configureMail(context, settings.mail(), lines);
    Level level = Level.convertAnSLF4JLevel(settings.level());
    root.setLevel(level);
    // Netty's own debug lines are about its internals and would drown ours.
    context.getLogger("io.netty").setLevel(level.isGreaterOrEqual(Level.INFO) ? level : Level.INFO);
  }

  /** A hook that stays as it is keeps what waits in it. */
  private static void configureMail(LoggerContext context, List<Mail> wanted, LogLines lines) {
    Logger root = root(context);
    List<Mail> missing = new ArrayList<>(wanted);
    for (MailHook hook : hooks(root)) {
      if (missing.remove(hook.purpose())) {
        hook.show(lines);
      } else {
        root.detachAppender(hook);
        hook.stop();
      }
    }
    for (Mail mail : missing) {
      root.addAppender(MailHook.start(context, mail, lines, MailHook.PAUSE));
    }
  }

  private static List<MailHook> hooks(Logger root) {
    List<MailHook> hooks = new ArrayList<>();
    for (Iterator<Appender<ILoggingEvent>> all = root.iteratorForAppenders(); all.hasNext(); ) {
      if (all.next() instanceof MailHook hook) {
        hooks.add(hook);
      }
    }
    return hooks;
  }
}
