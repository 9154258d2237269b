package io.stowage.registry.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http2.Http2CodecUtil;
import java.util.List;

/**
 * Stands in front of HTTP/1.1 on a connection without TLS, and makes it one of HTTP/2 if it begins
 * with that protocol's preface (RFC 9113, section 3.3). Gone as soon as that is known.
 */
final class PrefaceDetector extends ByteToMessageDecoder {
  private static final ByteBuf PREFACE = Http2CodecUtil.connectionPrefaceBuf();

  private final Serving serving;
  private final Peer peer;
  private final Http1Connection http1;

  private PrefaceDetector(Serving serving, Peer peer, Http1Connection http1) {
    this.serving = serving;
    this.peer = peer;
    this.http1 = http1;
  }

  /** Makes a channel a connection of either protocol. */
  static void on(Channel channel, Serving serving, Peer peer) {
    Http1Connection http1 = Http1Connection.on(channel, serving, peer);
    channel.pipeline().addFirst(new PrefaceDetector(serving, peer, http1));
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    int compared = Math.min(in.readableBytes(), PREFACE.readableBytes());
    boolean same = ByteBufUtil.equals(in, in.readerIndex(), PREFACE, 0, compared);
    if (same && compared < PREFACE.readableBytes()) {
      return;
    }
    if (same) {
      http1.giveWay();
      var _ = Http2Session.on(context.channel(), serving, peer);
    }
    context.pipeline().remove(this);
  }
}
