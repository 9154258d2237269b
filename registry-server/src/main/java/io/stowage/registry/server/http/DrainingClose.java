package io.stowage.registry.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection whose peer may still be sending, so that it can read the response (RFC 9112,
 * section 9.6): ends the output, drops what comes until the peer closes too, and closes at last
 * after a time. After a number of bytes it stops reading. A plain close would make the kernel
 * answer late bytes with a reset, which destroys a response that the peer has not read.
 */
final class DrainingClose extends ChannelInboundHandlerAdapter {
  private static final long MAX_MILLIS = 5_000;

  private long bytesLeft;

  private DrainingClose(long maxBytes) {
    bytesLeft = maxBytes;
  }

  /** Takes over this connection: nothing else will see it again. Event loop only. */
  static void of(Channel channel, long maxBytes) {
    ChannelPipeline pipeline = channel.pipeline();
    pipeline.addLast(new DrainingClose(maxBytes));
    pipeline.remove(StrictRequestDecoder.class);
    pipeline.remove(Connection.class);
    var _ = ((DuplexChannel) channel).shutdownOutput();
    channel.config().setAutoRead(true);
    Runnable close =
        () -> {
          var _ = channel.close();
        };
    var _ = channel.eventLoop().schedule(close, MAX_MILLIS, TimeUnit.MILLISECONDS);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    bytesLeft -= message instanceof ByteBuf bytes ? bytes.readableBytes() : 0;
    ReferenceCountUtil.release(message);
    if (bytesLeft <= 0) {
      context.channel().config().setAutoRead(false);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    var _ = context.close();
  }
}
