package io.stowage.registry.server.ops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.server.CapturedLog;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

final class AccessLogTest {
  @Test
  void close_afterExchanges_hasWrittenEachOfThem() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (AccessLog log = AccessLog.start(out, AccessLine.COMBINED)) {
      for (int i = 0; i < 100; i++) {
        log.completed(Exchanges.get("/" + i));
      }
    }

    assertThat(out.toString(UTF_8).lines()).hasSize(100).last().asString().contains("GET /99 ");
  }

  @Test
  void completed_whileNobodyCanTakeLines_isToldOnceAndOnceMoreWhenThatEnds() {
    Pipe pipe = new Pipe();
    try (CapturedLog told = new CapturedLog()) {
      try (AccessLog log = AccessLog.start(pipe, AccessLine.COMBINED)) {
        for (int i = 0; i < 3; i++) {
          log.completed(Exchanges.get("/lost"));
          pipe.awaitAttempt();
        }
        pipe.broken = false;
        log.completed(Exchanges.get("/kept"));
      }

      assertThat(told.lines())
          .containsExactly(
              "WARN the access log can't be written, and its lines are lost until it can: gone",
              "INFO the access log can be written again; 3 lines are lost");
    }
  }

  private static final class Pipe extends OutputStream {
    private final Semaphore attempts = new Semaphore(0);
    private volatile boolean broken = true;

    void awaitAttempt() {
      attempts.acquireUninterruptibly();
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      boolean fails = broken;
      attempts.release();
      if (fails) {
        throw new IOException("gone");
      }
    }
  }
}
