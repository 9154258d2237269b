package io.stowage.registry.server.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.ApplicationProtocolNegotiationHandler;
import io.netty.handler.ssl.SslHandler;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of which it is not yet known what will be spoken: TLS is still shaking hands, which
 * has a timeout of its own. Afterwards it makes the channel a connection of the protocol that was
 * chosen, and is gone.
 */
final class Handshake extends ApplicationProtocolNegotiationHandler implements Connection {
  private static final Logger log = LoggerFactory.getLogger(Handshake.class);

  private final Serving serving;
  private final Channel channel;
  private final SslHandler tls;
  private final boolean verifiesClients;

  Handshake(Serving serving, Channel channel, SslHandler tls, boolean verifiesClients) {
    super(ApplicationProtocolNames.HTTP_1_1);
    this.serving = serving;
    this.channel = channel;
    this.tls = tls;
    this.verifiesClients = verifiesClients;
  }

  @Override
  public Channel channel() {
    return channel;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) throws Exception {
    super.handlerAdded(context);
    serving.enter(this);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext context) throws Exception {
    super.handlerRemoved(context);
    serving.leave(this);
  }

  @Override
  protected void configurePipeline(ChannelHandlerContext context, String protocol) {
    Peer peer = Peer.of(channel, true, certificate());
    Connection chosen =
        protocol.equals(ApplicationProtocolNames.HTTP_2)
            ? Http2Session.on(channel, serving, peer)
            : Http1Connection.on(channel, serving, peer);
    // A peer that says goodbye in TLS is gone as if it had ended the connection. But if we said it
    // first, the handler of TLS takes whatever comes afterwards for the end, too.
    tls.sslCloseFuture()
        .addListener(
            closed -> {
              if (!DrainingClose.hasBegun(channel)) {
                chosen.closeNow();
              }
            });
  }

  private @Nullable X509Certificate certificate() {
    if (!verifiesClients) {
      return null;
    }
    try {
      return (X509Certificate) tls.engine().getSession().getPeerCertificates()[0];
    } catch (SSLPeerUnverifiedException none) {
      return null;
    }
  }

  @Override
  protected void handshakeFailure(ChannelHandlerContext context, Throwable cause) {
    log.debug("{}: no TLS: {}", channel.remoteAddress(), cause.getMessage());
    var _ = channel.close(); // after the alert, if there is one
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (Connection.isPeersFault(cause)) {
      handshakeFailure(context, cause);
    } else {
      log.error("{}: closing the connection", channel.remoteAddress(), cause);
      closeNow();
    }
  }

  /** The handler of TLS looks at the clock itself. */
  @Override
  public void tick(long now) {}

  @Override
  public void closeIfIdle() {
    closeNow();
  }

  @Override
  public void closeNow() {
    DrainingClose.closeNow(channel);
  }
}
