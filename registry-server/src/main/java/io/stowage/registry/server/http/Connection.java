package io.stowage.registry.server.http;

import io.netty.channel.Channel;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * What the server sees of one connection, whatever is spoken on it: something that may wait too
 * long, and that ends when the server stops. A connection enters {@link Serving#connections} when
 * it is made, and leaves when its channel is closed or another one takes over the channel.
 */
interface Connection {
  Channel channel();

  /** Closes what has waited too long. Called on the event loop every now and then. */
  void tick(long now);

  /** Takes no more requests, and closes after those that are being answered. Any thread. */
  void closeIfIdle();

  /** Closes whatever is going on. Any thread. */
  void closeNow();

  /** Whether the peer or the network did this, rather than a bug of ours. */
  static boolean isPeersFault(Throwable failure) {
    Throwable cause = failure instanceof DecoderException ? failure.getCause() : failure;
    return cause instanceof IOException || cause instanceof UncheckedIOException;
  }
}
