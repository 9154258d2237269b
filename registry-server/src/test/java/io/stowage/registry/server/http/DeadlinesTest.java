package io.stowage.registry.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.Channel;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DeadlinesTest {
  private static final Duration SHORT = Duration.ofMillis(40);
  private static final int SEVERAL = 5;

  private final Serving serving = ServedHttp.serving(ServedHttp.settings(SHORT, SHORT, SHORT));
  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(1, Transport.best().ioHandlers());
  private final AtomicInteger looks = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();

  @AfterEach
  void stop() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  /** A connection that does this whenever it is looked at. */
  private record Watched(Channel channel, Runnable onTick, Runnable onClose) implements Connection {
    @Override
    public void tick(long now) {
      onTick.run();
    }

    @Override
    public void closeIfIdle() {}

    @Override
    public void closeNow() {
      onClose.run();
    }
  }

  private void enter(Runnable onTick, Runnable onClose) {
    serving.enter(new Watched(new EmbeddedChannel(), onTick, onClose));
  }

  static List<Throwable> failures() {
    return List.of(
        new IllegalStateException("broken on purpose"), new StackOverflowError("on purpose"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void connectionThatFails_isClosedAndEndsNoDeadlineOfOthers(Throwable failure) {
    enter(looks::incrementAndGet, () -> {});
    enter(() -> fail(failure), closed::incrementAndGet);
    enter(looks::incrementAndGet, () -> {});
    new Deadlines(serving).start(loop);

    ServedHttp.await(() -> failures.get() > 0 && looks.get() > SEVERAL);
    assertThat(closed.get()).isPositive();
  }

  private void fail(Throwable failure) {
    failures.incrementAndGet();
    switch (failure) {
      case Error error -> throw error;
      case RuntimeException exception -> throw exception;
      default -> throw new IllegalArgumentException(failure);
    }
  }
}
