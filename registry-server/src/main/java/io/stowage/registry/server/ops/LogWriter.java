package io.stowage.registry.server.ops;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * Writes the application log from one thread, so that whoever logs never waits for a stuck reader.
 * What doesn't fit the queue is dropped, and the number is written once there is room: first what
 * is not even a warning, so that a flood doesn't wash away what matters.
 */
final class LogWriter extends UnsynchronizedAppenderBase<ILoggingEvent> {
  static final String NAME = "stderr";
  private static final int QUEUE_EVENTS = 4096;
  private static final int QUEUE_FOR_SMALL_TALK = QUEUE_EVENTS * 4 / 5;

  private final LoggerContext loggers;
  private final Supplier<PrintStream> out;
  private final Backlog<ILoggingEvent> events;
  private volatile LogLines lines;

  private LogWriter(LoggerContext loggers, Supplier<PrintStream> out, LogLines lines) {
    this.loggers = loggers;
    this.out = out;
    this.lines = lines;
    this.events = Backlog.start("log", QUEUE_EVENTS, Duration.ZERO, this::write);
    setContext(loggers);
    setName(NAME);
  }

  /**
   * Begins to write.
   *
   * @param out asked for each time, as the process may replace it
   */
  static LogWriter start(LoggerContext loggers, Supplier<PrintStream> out, LogLines lines) {
    LogWriter writer = new LogWriter(loggers, out, lines);
    writer.start();
    return writer;
  }

  /** Changes how all lines look that are not written yet. */
  void show(LogLines next) {
    lines = next;
  }

  /** Waits until what was logged before is written, but not for long. */
  void flush() {
    events.flush();
  }

  @Override
  protected void append(ILoggingEvent event) {
    event.prepareForDeferredProcessing();
    if (lines.reportsCaller()) {
      // Remembered by the event; only this thread's stack knows.
      var _ = event.getCallerData();
    }
    boolean matters = event.getLevel().isGreaterOrEqual(Level.WARN);
    events.offer(event, matters ? QUEUE_EVENTS : QUEUE_FOR_SMALL_TALK);
  }

  private void write(List<ILoggingEvent> batch, long lost) {
    LogLines form = lines;
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    batch.forEach(event -> joined.writeBytes(form.encode(event)));
    if (lost > 0) {
      joined.writeBytes(form.encode(ofLoss(lost)));
    }
    PrintStream stream = out.get();
    stream.write(joined.toByteArray(), 0, joined.size());
    stream.flush();
  }

  private LoggingEvent ofLoss(long lost) {
    Logger own = loggers.getLogger(LogWriter.class);
    return new LoggingEvent(
        LogWriter.class.getName(),
        own,
        Level.WARN,
        "this log's reader is too slow; {} lines are lost",
        null,
        new Object[] {lost});
  }

  /** Writes what waits, but not for long. */
  @Override
  public void stop() {
    super.stop();
    events.close();
  }
}
