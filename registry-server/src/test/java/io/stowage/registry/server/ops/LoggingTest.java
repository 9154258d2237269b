package io.stowage.registry.server.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import io.stowage.registry.server.mail.MailAccount;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

final class LoggingTest {
  private static final LogLines TEXT = new LogLines(Logging.Format.TEXT, Map.of(), false, Map.of());

  private final LoggerContext context = new LoggerContext();
  private final Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

  LoggingTest() {
    context.setMDCAdapter(new LogbackMDCAdapter());
  }

  @Test
  void log_whileNobodyReads_holdsNobodyUpAndTellsTheLoss() throws InterruptedException {
    CountDownLatch stuck = new CountDownLatch(1);
    CountDownLatch entered = new CountDownLatch(1);
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    OutputStream pipe =
        new OutputStream() {
          @Override
          public void write(int b) {
            throw new AssertionError("bytes come in batches");
          }

          @Override
          public void write(byte[] bytes, int from, int length) {
            entered.countDown();
            try {
              assertThat(stuck.await(30, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
            read.write(bytes, from, length);
          }
        };
    LogWriter writer = LogWriter.start(context, () -> new PrintStream(pipe, true, UTF_8), TEXT);
    root.addAppender(writer);
    root.info("first");
    assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();

    IntStream.range(0, 5000).forEach(i -> root.info("small talk {}", i));
    root.error("this matters");
    stuck.countDown();
    writer.stop();

    assertThat(read.toString(UTF_8).lines())
        .anyMatch(line -> line.contains("this matters"))
        .anyMatch(
            line ->
                line.matches(".*level=warning msg=\"this log's reader is too slow; \\d+ lines.*"));
  }

  @Test
  void configure_whileOthersLog_losesAndDoublesNoLine() throws InterruptedException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    LogWriter writer = LogWriter.start(context, () -> new PrintStream(read, true, UTF_8), TEXT);
    root.addAppender(writer);
    Thread talker =
        Thread.ofVirtual().start(() -> IntStream.range(0, 2000).forEach(i -> root.info("l{}", i)));
    for (Logging.Format format : Logging.Format.values()) {
      Logging.configure(
          context, new Logging.Settings(Level.INFO, format, Map.of(), false, List.of()));
    }
    talker.join();
    root.warn("in the last format");
    writer.stop();

    assertThat(read.toString(UTF_8).lines())
        .hasSize(2001)
        .last()
        .asString()
        .contains("\"@version\"");
  }

  @Test
  void configure_again_leaksNoThread() {
    Logging.Mail ops = mail("ops@example.com");
    Logging.Mail boss = mail("boss@example.com");
    Set<Thread> before = logThreads();

    configure(List.of(ops));
    assertThat(newThreads(before)).isEqualTo(2);
    configure(List.of(ops));
    assertThat(newThreads(before)).isEqualTo(2);
    configure(List.of(ops, boss));
    assertThat(newThreads(before)).isEqualTo(3);
    configure(List.of());
    root.detachAndStopAllAppenders();

    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (newThreads(before) > 0 && System.nanoTime() < deadline) {
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
    assertThat(newThreads(before)).isZero();
  }

  private void configure(List<Logging.Mail> mail) {
    Logging.configure(
        context, new Logging.Settings(Level.INFO, Logging.Format.TEXT, Map.of(), false, mail));
  }

  private static Logging.Mail mail(String to) {
    return new Logging.Mail(
        Set.of(Level.ERROR),
        new MailAccount("localhost", 25, "", "", false, "registry@example.com", List.of(to)));
  }

  private static long newThreads(Set<Thread> before) {
    return logThreads().stream().filter(thread -> !before.contains(thread)).count();
  }

  private static Set<Thread> logThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("log") || thread.getName().equals("log-mail"))
        .collect(Collectors.toSet());
  }
}
