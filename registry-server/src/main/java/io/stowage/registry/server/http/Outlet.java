package io.stowage.registry.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.FileRegion;

/**
 * The way back to the client of one exchange: a connection of HTTP/1.1, or a stream of HTTP/2. An
 * exchange sends either one whole response, or a head, then parts, then says that it has finished.
 * It may give up at any time. After the first end of an exchange further ones do nothing. Called on
 * any thread unless a method says otherwise.
 */
interface Outlet {
  /** Sends a response that needs no waiting; nothing may follow it if it may not persist. */
  void send(Exchange exchange, Response response, boolean mayPersist);

  /** Sends the head of a response whose body follows. */
  void sendHead(Exchange exchange, Response response);

  /**
   * Waits until a part may be made, so that parts which nobody can send yet take no memory. Every
   * turn is used for one part, or given back by the end of the exchange. Virtual thread.
   *
   * @return how many bytes that part may have, at least one, at most as many as wanted
   * @throws ClientGoneException if nobody waits for it any more
   */
  int awaitTurn(int wanted) throws ClientGoneException;

  /** For the buffers of parts. */
  ByteBufAllocator allocator();

  /** Sends a part of a body, and takes over its buffer. */
  ChannelFuture sendPart(ByteBuf part, boolean last);

  /** Whether files can be sent as regions, which pass no memory of this process. */
  boolean takesRegions();

  /** Sends a part of a body, and takes over its file. Needs no turn. */
  ChannelFuture sendRegion(FileRegion region);

  /** The last byte of the response was sent. */
  void finish(Exchange exchange);

  /** There is nothing to say to this client any more. */
  void abandon(Exchange exchange);

  /** The end of an exchange. Event loop only. */
  void finished(Exchange exchange, boolean sent);
}
