package io.stowage.registry.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.FileRegion;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.AbstractReferenceCounted;
import java.nio.channels.WritableByteChannel;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A reader that takes what the test says it takes, in time that the test makes up. */
class WriteProgressTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final int RATE = 1024;
  private static final int TIMEOUT = 60;

  private final Reader reader = new Reader();
  private final WriteProgress progress = WriteProgress.of(reader, Limits.DEFAULTS);
  private long now = 1_000 * SECOND;

  @AfterEach
  void close() {
    var _ = reader.close();
  }

  /** A channel that hands on what the peer takes, and keeps the rest. */
  private static final class Reader extends EmbeddedChannel {
    private long room;

    void take(long bytes) {
      room += bytes;
      flushOutbound();
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer pending) {
      while (room > 0 && pending.current() != null) {
        switch (pending.current()) {
          case ByteBuf bytes -> {
            long taken = Math.min(room, bytes.readableBytes());
            pending.removeBytes(taken);
            room -= taken;
          }
          case Region region -> {
            long taken = Math.min(room, region.count - region.transferred);
            region.transferred += taken;
            room -= taken;
            pending.progress(taken);
            if (region.transferred == region.count) {
              pending.remove();
            }
          }
          default -> throw new IllegalStateException("neither bytes nor a region");
        }
      }
    }
  }

  /** A part of a file that is not there. */
  private static final class Region extends AbstractReferenceCounted implements FileRegion {
    private final long count;
    private long transferred;

    Region(long count) {
      this.count = count;
    }

    @Override
    public long position() {
      return 0;
    }

    @Override
    @SuppressWarnings("deprecation") // the interface still has it
    public long transfered() {
      return transferred;
    }

    @Override
    public long transferred() {
      return transferred;
    }

    @Override
    public long count() {
      return count;
    }

    @Override
    public long transferTo(WritableByteChannel target, long position) {
      throw new UnsupportedOperationException("there is nothing to transfer");
    }

    @Override
    public FileRegion retain() {
      super.retain();
      return this;
    }

    @Override
    public FileRegion retain(int increment) {
      super.retain(increment);
      return this;
    }

    @Override
    public FileRegion touch() {
      return this;
    }

    @Override
    public FileRegion touch(Object hint) {
      return this;
    }

    @Override
    protected void deallocate() {}
  }

  /** Looks every second, at a reader of this speed. Answers when it was too slow; -1 for never. */
  private int secondsUntilTooSlow(int seconds, long bytesPerSecond) {
    for (int i = 0; i <= seconds; i++) {
      if (progress.isTooSlow(reader, now)) {
        return i;
      }
      now += SECOND;
      reader.take(bytesPerSecond);
    }
    return -1;
  }

  private void send(int bytes) {
    var _ = reader.writeOneOutbound(Unpooled.wrappedBuffer(new byte[bytes]));
    reader.flushOutbound();
  }

  @Test
  void re6_nothingIsRead_isTooSlowAfterTheTimeout() {
    send(1_000_000);

    assertThat(secondsUntilTooSlow(2 * TIMEOUT, 0)).isEqualTo(TIMEOUT + 1);
  }

  @Test
  void re6_oneByteASecond_isTooSlowAboutWhenNothingIs() {
    send(1_000_000);

    assertThat(secondsUntilTooSlow(2 * TIMEOUT, 1)).isEqualTo(TIMEOUT + 1);
  }

  @Test
  void re6_minimumRate_isFastEnough() {
    send(1000 * RATE);

    assertThat(secondsUntilTooSlow(1100, RATE)).isEqualTo(-1);
  }

  @Test
  void re6_fileReadBelowTheMinimum_isTooSlow() {
    var _ = reader.writeOneOutbound(new Region(1000L * RATE));
    reader.flushOutbound();

    assertThat(secondsUntilTooSlow(4 * TIMEOUT, RATE / 2)).isEqualTo(2 * TIMEOUT);
  }

  @Test
  void re6_fileReadAtTheMinimum_isFastEnough() {
    var _ = reader.writeOneOutbound(new Region(1000L * RATE));
    reader.flushOutbound();

    assertThat(secondsUntilTooSlow(1100, RATE)).isEqualTo(-1);
  }

  @Test
  void nothingToRead_isNoFaultOfTheReader() {
    assertThat(secondsUntilTooSlow(10 * TIMEOUT, 0)).isEqualTo(-1);
    send(RATE);

    assertThat(secondsUntilTooSlow(2 * TIMEOUT, 0)).isEqualTo(TIMEOUT + 1);
  }

  @Test
  void nextResponse_findsAPatientServer() {
    for (int i = 0; i < 10; i++) {
      send(RATE);
      assertThat(secondsUntilTooSlow(TIMEOUT - 1, 0)).isEqualTo(-1);
      reader.take(RATE);
      assertThat(secondsUntilTooSlow(1, 0)).isEqualTo(-1);
    }
  }
}
