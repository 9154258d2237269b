package io.stowage.registry.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands in front of TLS and looks at the first bytes. To a client that speaks HTTP there it says
 * so in plain text, in the words of Go's server, which clients look for; everybody else goes
 * through, and the handler is gone.
 */
final class PlainTextRefusal extends ByteToMessageDecoder {
  private static final Logger log = LoggerFactory.getLogger(PlainTextRefusal.class);
  private static final int LOOKED_AT = 5;
  private static final Set<String> BEGINNINGS =
      Set.of("GET /", "HEAD ", "POST ", "PUT /", "PATCH", "DELET", "OPTIO");
  private static final String MESSAGE = "Client sent an HTTP request to an HTTPS server.\n";
  private static final byte[] ANSWER =
      """
      HTTP/1.1 400 Bad Request\r
      Content-Type: text/plain; charset=utf-8\r
      Content-Length: %d\r
      Connection: close\r
      \r
      %s"""
          .formatted(MESSAGE.length(), MESSAGE)
          .getBytes(US_ASCII);

  private final Serving serving;
  private final ChannelHandler[] behind;

  /** The handlers behind this one have no work with plain text. */
  PlainTextRefusal(Serving serving, ChannelHandler tls, ChannelHandler handshake) {
    this.serving = serving;
    this.behind = new ChannelHandler[] {handshake, tls};
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
    if (in.readableBytes() < LOOKED_AT) {
      return;
    }
    if (BEGINNINGS.contains(in.toString(in.readerIndex(), LOOKED_AT, US_ASCII))) {
      refuse(context);
      in.skipBytes(in.readableBytes());
    } else {
      context.pipeline().remove(this);
    }
  }

  private void refuse(ChannelHandlerContext context) {
    log.debug("{}: plain HTTP on a port of TLS", context.channel().remoteAddress());
    for (ChannelHandler handler : behind) {
      context.pipeline().remove(handler);
    }
    context
        .writeAndFlush(context.alloc().buffer(ANSWER.length).writeBytes(ANSWER))
        .addListener(
            sent -> DrainingClose.of(context.channel(), serving.limits().maxDrainBytes(), this));
  }
}
