package io.stowage.registry.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;

/**
 * Sees how fast the peer takes what is written to a channel: counts what comes to the end of the
 * pipeline, and looks at what of that has not left yet. So a region that leaves byte by byte counts
 * as well as a buffer, and with TLS it counts what is on the wire. Event loop only.
 */
final class WriteProgress extends ChannelOutboundHandlerAdapter {
  private final Patience patience;
  private long written;
  private long left;
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
      left = written;
      patience.restart();
      return false;
    }
    long moved = written - unsent(pending) - left;
    left += moved;
    return patience.isOver(waited ? now - since : 0, Math.max(0, moved));
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
