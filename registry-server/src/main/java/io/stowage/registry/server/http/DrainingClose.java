package io.stowage.registry.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * Closes a connection whose peer may still be sending, so that it can read the response (RFC 9112,
 * section 9.6): ends the output, drops what comes until the peer closes too, and closes at last
 * after a time. After a number of bytes it stops reading. What comes is dropped in front of TLS. A
 * plain close would make the kernel answer late bytes with a reset, which destroys a response that
 * the peer has not read.
 */
final class DrainingClose extends ChannelInboundHandlerAdapter {
  private static final long MAX_MILLIS = 5_000;

  private long bytesLeft;

  private DrainingClose(long maxBytes) {
    bytesLeft = maxBytes;
  }

  /** Takes over this connection: these handlers will not see it again. Event loop only. */
  static void of(Channel channel, long maxBytes, ChannelHandler... handlers) {
    ChannelPipeline pipeline = channel.pipeline();
    begin(channel, maxBytes);
    for (ChannelHandler handler : handlers) {
      pipeline.remove(handler);
    }
    endOutput(channel);
    channel.config().setAutoRead(true);
  }

  /** Takes over a connection whose handshake has failed, with an alert. Event loop only. */
  static void afterAlert(Channel channel, long maxBytes) {
    begin(channel, maxBytes);
    var _ = ((DuplexChannel) channel).shutdownOutput();
    channel.config().setAutoRead(true);
  }

  private static void begin(Channel channel, long maxBytes) {
    channel.pipeline().addFirst(new DrainingClose(maxBytes));
    Runnable close = () -> closeNow(channel);
    var _ = channel.eventLoop().schedule(close, MAX_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Closes a connection, without waiting for the peer of one that was taken over. */
  static void closeNow(Channel channel) {
    ChannelHandlerContext context = channel.pipeline().context(DrainingClose.class);
    var _ = context == null ? channel.close() : context.close();
  }

  /** Whether a connection was taken over. */
  static boolean hasBegun(Channel channel) {
    return channel.pipeline().get(DrainingClose.class) != null;
  }

  /**
   * TLS says so itself first: a peer that hears only the end of TCP cannot tell it from an attack.
   */
  private static void endOutput(Channel channel) {
    ChannelHandler tls = channel.pipeline().get(TlsContext.HANDLER);
    ChannelFuture said =
        tls == null ? channel.newSucceededFuture() : ((SslHandler) tls).closeOutbound();
    said.addListener(
        done -> {
          var _ = ((DuplexChannel) channel).shutdownOutput();
        });
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
