package io.stowage.registry.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.RawUnixChannelOption;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Sees how fast the peer takes what is written to a channel. Of TCP on Linux the system says what
 * the peer's system has acknowledged. Elsewhere this counts what comes to the end of the pipeline,
 * and looks at what of that has not left yet; that is coarser, as a system with megabytes to send
 * asks for more only when a third of them is gone. Either way a region that leaves byte by byte
 * counts as well as a buffer, and with TLS it counts what is on the wire. Event loop only.
 */
final class WriteProgress extends ChannelOutboundHandlerAdapter {
  private static final int IPPROTO_TCP = 6;
  private static final int TCP_INFO = 11;

  /** Where {@code struct tcp_info} has {@code tcpi_bytes_acked}, since Linux 4.1. */
  private static final int BYTES_ACKED = 120;

  private static final RawUnixChannelOption TCP_INFO_TO_BYTES_ACKED =
      new RawUnixChannelOption("tcp_info", IPPROTO_TCP, TCP_INFO, BYTES_ACKED + Long.BYTES);

  private final Patience patience;
  private long written;
  private long taken;
  private boolean waiting;
  private long lookedAt;

  private WriteProgress(Limits limits) {
    patience = new Patience(limits);
  }

  /** Watches a channel from now on. */
  static WriteProgress of(Channel channel, Limits limits) {
    WriteProgress progress = new WriteProgress(limits);
    channel.pipeline().addFirst(progress);
    return progress;
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    written += bytes(message);
    var _ = context.write(message, promise);
  }

  /** Whether the peer takes what waits for it too slowly. To be asked every now and then. */
  boolean isTooSlow(Channel channel, long now) {
    ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
    boolean waited = waiting;
    waiting = pending != null && !pending.isEmpty();
    long since = lookedAt;
    lookedAt = now;
    if (!waiting) {
      patience.restart();
      return false;
    }
    long before = taken;
    taken = taken(channel, pending);
    // The first look at what waits only says where counting begins.
    return waited && patience.isOver(now - since, Math.max(0, taken - before));
  }

  private long taken(Channel channel, ChannelOutboundBuffer pending) {
    long acknowledged = channel instanceof EpollSocketChannel tcp ? acknowledged(tcp) : 0;
    return acknowledged > 0 ? acknowledged : written - unsent(pending);
  }

  /** 0 if the system doesn't know, or the channel is closed. */
  private static long acknowledged(EpollSocketChannel tcp) {
    try {
      ByteBuffer info = tcp.config().getOption(TCP_INFO_TO_BYTES_ACKED);
      return info.order(ByteOrder.nativeOrder()).getLong(BYTES_ACKED);
    } catch (ChannelException closed) {
      return 0;
    }
  }

  /**
   * Has the system forget what the peer has not read as soon as the channel is closed; it would
   * keep that, and megabytes of memory, for as long as the peer goes on taking byte by byte.
   */
  static void forgetUnsent(Channel channel) {
    channel.config().setOption(ChannelOption.SO_LINGER, 0); // there is none for local sockets
  }

  private static long unsent(ChannelOutboundBuffer pending) {
    Unsent unsent = new Unsent();
    try {
      pending.forEachFlushedMessage(unsent);
    } catch (Exception e) {
      throw new IllegalStateException("counting does not fail", e);
    }
    return unsent.bytes;
  }

  /** What of a message has not left. */
  private static long bytes(Object message) {
    return switch (message) {
      case ByteBuf buffer -> buffer.readableBytes();
      case FileRegion region -> region.count() - region.transferred();
      default -> 0;
    };
  }

  /** Adds up what is left of each message. */
  private static final class Unsent implements ChannelOutboundBuffer.MessageProcessor {
    private long bytes;

    @Override
    public boolean processMessage(Object message) {
      bytes += WriteProgress.bytes(message);
      return true;
    }
  }
}
