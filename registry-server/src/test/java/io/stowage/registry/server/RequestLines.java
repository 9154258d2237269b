package io.stowage.registry.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.stowage.registry.server.ops.RequestLog;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What the application log says of requests, from information on, until this is closed. */
final class RequestLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final Logger log = (Logger) LoggerFactory.getLogger(RequestLog.class);
  private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

  RequestLines() {
    start();
    log.setLevel(Level.INFO);
    log.setAdditive(false);
    log.addAppender(this);
  }

  @Override
  protected void append(ILoggingEvent event) {
    events.add(event);
  }

  List<ILoggingEvent> events() {
    return events;
  }

  @Override
  public void close() {
    log.detachAppender(this);
    log.setAdditive(true);
    log.setLevel(null);
  }
}
