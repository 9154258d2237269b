package io.stowage.registry.server.ops;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.stowage.registry.server.mail.Mailer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Mails lines of the application log (the key {@code log.hooks}). What happens while a mail is on
 * its way, and for a while after it, goes into the next one: a disk that fails a thousand times is
 * one mail. A mail server that is slow or gone holds up nothing but the mail.
 */
final class MailHook extends UnsynchronizedAppenderBase<ILoggingEvent> {
  /** How long nothing is sent after a mail. */
  static final Duration PAUSE = Duration.ofSeconds(30);

  private static final Logger LOG = LoggerFactory.getLogger(MailHook.class);
  private static final int QUEUE_EVENTS = 256;
  private static final int MAX_SUBJECT = 160;

  private final Logging.Mail purpose;
  private final Mailer mailer;
  private final Backlog<ILoggingEvent> events;
  private volatile LogLines lines;

  // Only the backlog's thread uses them.
  private long untold;
  private boolean failing;

  private MailHook(LoggerContext loggers, Logging.Mail purpose, LogLines lines, Duration pause) {
    this.purpose = purpose;
    this.lines = lines;
    this.mailer = new Mailer(purpose.account());
    this.events = Backlog.start("log-mail", QUEUE_EVENTS, pause, this::mail);
    setContext(loggers);
  }

  /** Begins to mail. */
  static MailHook start(
      LoggerContext loggers, Logging.Mail purpose, LogLines lines, Duration pause) {
    MailHook hook = new MailHook(loggers, purpose, lines, pause);
    hook.start();
    return hook;
  }

  /** Changes how all lines look that are not mailed yet. */
  void show(LogLines next) {
    lines = next;
  }

  Logging.Mail purpose() {
    return purpose;
  }

  @Override
  protected void append(ILoggingEvent event) {
    Level level = Level.valueOf(event.getLevel().toString());
    // Mail about mail that can't be sent would never end.
    if (purpose.levels().contains(level) && !event.getLoggerName().equals(LOG.getName())) {
      event.prepareForDeferredProcessing();
      events.offer(event);
    }
  }

  private void mail(List<ILoggingEvent> batch, long lost) {
    untold += lost;
    if (batch.isEmpty()) {
      return;
    }
    try {
      mailer.send(subject(batch), text(batch));
      untold = 0;
      if (failing) {
        LOG.info("mail can be sent again by {}", purpose.account().host());
      }
      failing = false;
    } catch (IOException e) {
      untold += batch.size();
      if (!failing) {
        LOG.warn("no mail can be sent by {}: {}", purpose.account().host(), e.getMessage());
      }
      failing = true;
    }
  }

  /** In the shape of distribution's, for those who sort mail by it. */
  private String subject(List<ILoggingEvent> batch) {
    ILoggingEvent first = batch.getFirst();
    String subject =
        "[%s] %s: %s"
            .formatted(
                LogLines.level(first.getLevel()),
                purpose.account().host(),
                first.getFormattedMessage().replaceAll("\\p{Cntrl}+", " "));
    String bounded =
        subject.length() <= MAX_SUBJECT ? subject : subject.substring(0, MAX_SUBJECT) + "...";
    return batch.size() == 1 ? bounded : bounded + " (and " + (batch.size() - 1) + " more)";
  }

  private String text(List<ILoggingEvent> batch) {
    String told = batch.stream().map(lines::paragraph).collect(Collectors.joining("\n"));
    return untold == 0 ? told : untold + " lines before these could not be mailed.\n\n" + told;
  }

  /** Takes nothing more; what waits is mailed, and nobody waits for that. */
  @Override
  public void stop() {
    super.stop();
    events.end();
  }

  /** Waits until what was logged is mailed or was found to be impossible to mail. */
  void flush() {
    events.flush();
  }

  /** Waits until what waited is mailed, but not for long. */
  void join() {
    events.close();
  }
}
