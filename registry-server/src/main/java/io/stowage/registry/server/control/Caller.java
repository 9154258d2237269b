package io.stowage.registry.server.control;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the control socket, as its task's console. A caller that doesn't ask, or
 * doesn't read what it is told, is cut off by {@link #closeIfStalled}; one that left is noticed
 * even while there is nothing to tell it.
 */
final class Caller implements Console, Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Caller.class);

  private final SocketChannel channel;

  /** When it was last begun to wait for the other side, or 0 if that isn't so. */
  private volatile long waitingSince;

  /** Why the task is to end, if it is. */
  private volatile @Nullable String ending;

  Caller(SocketChannel channel) {
    this.channel = channel;
  }

  private interface Exchange<T> {
    T make() throws IOException;
  }

  private <T> T waiting(Exchange<T> exchange) throws IOException {
    waitingSince = Math.max(1, System.nanoTime());
    try {
      return exchange.make();
    } finally {
      waitingSince = 0;
    }
  }

  /** What is asked for: the task and its words; empty if that was no request. */
  Optional<List<String>> request() throws IOException {
    ControlLines lines = new ControlLines(channel, ControlLines.LONGEST_REQUEST);
    Optional<String> line = waiting(lines::next);
    Thread.ofVirtual().name("control-caller").start(this::watch);
    return line.filter(text -> text.startsWith(ControlLines.HEAD))
        .map(text -> List.of(text.substring(ControlLines.HEAD.length()).split(" ", -1)));
  }

  /** Whatever else the caller says is ignored; its end is the end of the task. */
  private void watch() {
    ByteBuffer ignored = ByteBuffer.allocate(256);
    try {
      while (channel.read(ignored.clear()) >= 0) {}
      end("the caller left");
    } catch (IOException e) {
      end("the caller left: " + e.getMessage());
    }
  }

  /** Ends the task at its next step. */
  void end(String reason) {
    ending = reason;
  }

  /** Cuts off who made us wait for too long. */
  void closeIfStalled(Duration patience) throws IOException {
    long since = waitingSince;
    if (since != 0 && System.nanoTime() - since > patience.toNanos()) {
      end("the caller did not ask, or did not listen");
      channel.close();
    }
  }

  @Override
  public void out(String line) throws IOException {
    write(ControlLines.OUT, line);
  }

  @Override
  public void err(String line) throws IOException {
    write(ControlLines.ERR, line);
  }

  /** What a task does is in the log of the server that did it, too. */
  @Override
  public void log(String line) throws IOException {
    LOG.info("{}", line);
    write(ControlLines.LOG, line);
  }

  private void write(String tag, String line) throws IOException {
    proceed();
    try {
      tell(tag, line);
    } catch (IOException e) {
      throw new CallerGoneException("the caller left: " + e.getMessage());
    }
  }

  @Override
  public void proceed() throws CallerGoneException {
    String reason = ending;
    if (reason != null) {
      throw new CallerGoneException(reason);
    }
  }

  /** The last words, also to those whose task was ended. */
  void exit(int code, String... problems) throws IOException {
    for (String problem : problems) {
      tell(ControlLines.ERR, problem);
    }
    tell(ControlLines.EXIT, Integer.toString(code));
  }

  private void tell(String tag, String line) throws IOException {
    waiting(
        () -> {
          ControlLines.write(channel, tag, line);
          return line;
        });
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
