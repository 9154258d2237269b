package io.stowage.registry.server.ops;

import io.stowage.registry.server.http.CompletedExchange;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each request. Lines go through a bounded queue to one thread that writes them in
 * batches: a stuck reader of the log never holds up a request. What doesn't fit the queue is
 * dropped, and the number is logged.
 */
public final class AccessLog implements CompletedExchange.Listener, Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(AccessLog.class);
  private static final int QUEUE_LINES = 8192;

  private final OutputStream out;
  private final AccessLine format;
  private final Backlog<byte[]> lines;
  private long unwritten; // only the thread that writes uses it

  private AccessLog(OutputStream out, AccessLine format) {
    this.out = out;
    this.format = format;
    this.lines = Backlog.start("access-log", QUEUE_LINES, Duration.ZERO, this::write);
  }

  /** Starts the log. Closing it writes what is queued, and leaves the stream open. */
  public static AccessLog start(OutputStream out, AccessLine format) {
    return new AccessLog(out, format);
  }

  @Override
  public void completed(CompletedExchange exchange) {
    lines.offer(format.of(exchange));
  }

  @Override
  public void close() {
    lines.close();
  }

  private void write(List<byte[]> batch, long lost) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    batch.forEach(joined::writeBytes);
    try {
      joined.writeTo(out);
      out.flush();
      written(batch.size());
    } catch (IOException e) {
      notWritten(batch.size(), e);
    }
    if (lost > 0) {
      LOG.warn("the access log's reader is too slow; {} lines are lost", lost);
    }
  }

  private void written(int count) {
    if (count > 0 && unwritten > 0) {
      LOG.info("the access log can be written again; {} lines are lost", unwritten);
      unwritten = 0;
    }
  }

  /** Told once: whoever closed the other end of a pipe would have a line here for each there. */
  private void notWritten(int count, IOException reason) {
    if (unwritten == 0) {
      LOG.warn(
          "the access log can't be written, and its lines are lost until it can: {}",
          FailureText.of(reason));
    }
    unwritten += count;
  }
}
