package io.stowage.registry.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** Everything that our code logs, down to debug, until this is closed. */
public final class CapturedLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final Logger ours = (Logger) LoggerFactory.getLogger("io.stowage");
  private final List<String> lines = new CopyOnWriteArrayList<>();

  public CapturedLog() {
    start();
    ours.setLevel(Level.DEBUG);
    ours.setAdditive(false);
    ours.addAppender(this);
  }

  @Override
  protected void append(ILoggingEvent event) {
    String cause =
        event.getThrowableProxy() == null ? "" : " " + event.getThrowableProxy().getMessage();
    lines.add(event.getLevel() + " " + event.getFormattedMessage() + cause);
  }

  public List<String> lines() {
    return lines;
  }

  @Override
  public void close() {
    ours.detachAppender(this);
    ours.setAdditive(true);
    ours.setLevel(null);
  }
}
