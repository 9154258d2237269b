package io.stowage.registry.server.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import javax.net.ssl.SSLException;

/**
 * Stands between TLS and the socket, so that a client which is turned away in the handshake can
 * read why. The handler of TLS sends its alert and closes at once; but in TLS 1.3 the client has
 * begun to send its request by then, and a close with bytes unread is a reset, which destroys an
 * alert that the client has not read. So a close after a failed handshake becomes a {@link
 * DrainingClose}, which alone decides when it ends.
 */
final class AlertFirst extends ChannelOutboundHandlerAdapter {
  private final SslHandler tls;
  private final long maxDrainBytes;

  AlertFirst(SslHandler tls, long maxDrainBytes) {
    this.tls = tls;
    this.maxDrainBytes = maxDrainBytes;
  }

  @Override
  public void close(ChannelHandlerContext context, ChannelPromise closed) {
    Channel channel = context.channel();
    if (!channel.isActive() || !hasAlerted()) {
      var _ = context.close(closed);
      return;
    }
    if (!DrainingClose.hasBegun(channel)) {
      DrainingClose.afterAlert(channel, maxDrainBytes);
    }
    channel.closeFuture().addListener(done -> closed.trySuccess());
  }

  /** A peer that is gone or too slow is told nothing. */
  private boolean hasAlerted() {
    Throwable cause = tls.handshakeFuture().cause();
    return cause instanceof SSLException && !(cause instanceof SslHandshakeTimeoutException);
  }
}
