package io.stowage.registry.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Readers at the other end of a real connection, of which the system takes megabytes at once, in
 * time that the test makes up.
 */
@DisplayName("RE-6: a reader is as fast as it reads, whatever the system keeps for it")
class SlowReaderTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final int RATE = 1024;
  private static final int TIMEOUT = 60;

  /** More than any system keeps for a connection. */
  private static final int RESPONSE_BYTES = 64 * 1024 * 1024;

  /** So small that the reader's system takes more whenever it has read a few KiB. */
  private static final int RECEIVE_BUFFER_BYTES = 4 * RATE;

  private final EventLoopGroup loops =
      new MultiThreadIoEventLoopGroup(1, Transport.EPOLL.ioHandlers());
  private long now = 1_000 * SECOND;
  private Socket reader;
  private Channel channel;
  private WriteProgress progress;

  @BeforeEach
  void send() throws Exception {
    try (ServerSocket door = new ServerSocket()) {
      door.setReceiveBufferSize(RECEIVE_BUFFER_BYTES);
      door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      channel =
          new Bootstrap()
              .group(loops)
              .channel(EpollSocketChannel.class)
              .handler(new ChannelInboundHandlerAdapter())
              .connect(door.getLocalSocketAddress())
              .sync()
              .channel();
      reader = door.accept();
    }
    reader.setSoTimeout((int) TimeUnit.SECONDS.toMillis(TIMEOUT));
    progress = WriteProgress.of(channel, Limits.DEFAULTS);
    var _ = channel.writeAndFlush(Unpooled.wrappedBuffer(new byte[RESPONSE_BYTES]));
  }

  @AfterEach
  void close() throws IOException {
    reader.close();
    loops.shutdownGracefully(0, TIMEOUT, TimeUnit.SECONDS).awaitUninterruptibly();
  }

  /** Looks every second, at a reader of this speed. Answers when it was too slow; -1 for never. */
  private int secondsUntilTooSlow(int seconds, int bytesPerSecond) throws Exception {
    for (int i = 0; i <= seconds; i++) {
      long looked = now;
      if (channel.eventLoop().submit(() -> progress.isTooSlow(channel, looked)).get()) {
        return i;
      }
      now += SECOND;
      assertThat(reader.getInputStream().readNBytes(bytesPerSecond)).hasSize(bytesPerSecond);
    }
    return -1;
  }

  @Test
  void re6_nothingIsRead_isTooSlowAfterTheTimeout() throws Exception {
    // The first looks may see it fill the reader's own buffer.
    assertThat(secondsUntilTooSlow(2 * TIMEOUT, 0)).isBetween(TIMEOUT, TIMEOUT + 5);
  }

  @Test
  void re6_twiceTheMinimum_isFastEnough() throws Exception {
    assertThat(secondsUntilTooSlow(10 * TIMEOUT, 2 * RATE)).isEqualTo(-1);
  }

  @Test
  void re6_halfTheMinimum_isTooSlowAfterTwiceTheTimeout() throws Exception {
    assertThat(secondsUntilTooSlow(10 * TIMEOUT, RATE / 2))
        .isBetween(2 * TIMEOUT - 20, 2 * TIMEOUT + 20);
  }
}
