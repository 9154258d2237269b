package io.stowage.registry.server.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/** Sees whether what waits to be written to a channel moves. Event loop only. */
final class WriteProgress {
  private final Channel channel;
  private long mark;
  private long markSince = System.nanoTime();

  WriteProgress(Channel channel) {
    this.channel = channel;
  }

  /** Whether something waits, and nothing has left for longer than this. */
  boolean hasStalled(long now, long limitNanos) {
    ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
    if (pending == null || pending.isEmpty()) {
      markSince = now;
      return false;
    }
    long seen = pending.currentProgress() * 31 + pending.totalPendingWriteBytes();
    if (seen != mark) {
      mark = seen;
      markSince = now;
    }
    return now - markSince > limitNanos;
  }
}
