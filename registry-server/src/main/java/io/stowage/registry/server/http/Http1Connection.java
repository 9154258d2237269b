package io.stowage.registry.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.FileRegion;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of HTTP/1.1: gives each request to a virtual thread, one after another, and sends
 * the responses. All state belongs to the event loop; methods that other threads call say so and
 * hand over to it.
 *
 * <pre>
 *            head complete                 response sent, body read
 *   READY ─────────────────► EXCHANGE ───────────────────────────────► READY
 *     │                       │    │  response sent, a small rest unread
 *     │                       │    └─────────► DRAINING ── rest read ──► READY
 *     │ framing in doubt,     │ response sent, connection not reusable
 *     │ head too slow         ▼
 *     └──────────────────► CLOSING   (maybe through DrainingClose)
 * </pre>
 *
 * From every state: peer gone, stalled, or idle for too long closes at once. A peer that ends its
 * output is gone: whoever kills a client in the middle of a pull leaves just that behind, and no
 * client of a registry half-closes on purpose.
 */
final class Http1Connection extends ChannelInboundHandlerAdapter implements Connection, Outlet {
  private static final Logger log = LoggerFactory.getLogger(Http1Connection.class);
  private static final int HEAD_BYTES = 512;
  private static final byte[] NOTHING = {};
  private static final String TOO_SLOW = "the request body came too slowly";

  private enum State {
    READY,
    EXCHANGE,
    DRAINING,
    CLOSING
  }

  private final Serving serving;
  private final Peer peer;
  private final StrictRequestDecoder decoder;
  private final Channel channel;
  private final WriteProgress progress;
  private State state = State.READY;
  private long stateSince = System.nanoTime();
  private @Nullable Exchange exchange;

  private long partialHeadSince;

  private Http1Connection(Serving serving, Peer peer, Channel channel) {
    this.serving = serving;
    this.peer = peer;
    this.decoder = new StrictRequestDecoder(serving.limits());
    this.channel = channel;
    this.progress = WriteProgress.of(channel, serving.limits());
  }

  /** Makes a channel a connection of HTTP/1.1. Event loop only. */
  static Http1Connection on(Channel channel, Serving serving, Peer peer) {
    Http1Connection connection = new Http1Connection(serving, peer, channel);
    channel.pipeline().addLast(connection.decoder, connection);
    return connection;
  }

  @Override
  public Channel channel() {
    return channel;
  }

  /** Leaves the channel, on which nothing has been spoken yet, to another protocol. */
  void giveWay() {
    channel.pipeline().remove(decoder);
    channel.pipeline().remove(progress);
    channel.pipeline().remove(this);
    serving.leave(this);
  }

  // ---- What comes in.

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    serving.enter(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    switch (message) {
      case HttpRequest request -> begin(request);
      case HttpContent content -> content(content);
      case RejectedRequest rejected -> reject(rejected);
      default -> ReferenceCountUtil.release(message);
    }
  }

  private void begin(HttpRequest message) {
    enter(State.EXCHANGE);
    partialHeadSince = 0;
    try {
      RequestFraming framing = RequestFraming.of(message);
      Exchange begun = Exchange.of(this, serving, peer, message, framing, flow());
      exchange = begun;
      if (!afterwards(() -> begun.start(!decoder.hasBytes()))) {
        begun.complete();
      }
    } catch (RejectedRequest rejected) {
      decoder.reject();
      Exchange refused = Exchange.refused(this, serving, peer, message);
      exchange = refused;
      sendNow(refused, refused.answerTo(rejected), false);
    }
  }

  private ExchangeBody.Flow flow() {
    return new ExchangeBody.Flow() {
      @Override
      public void begin() {
        onLoop(Http1Connection.this::sendContinue);
      }

      @Override
      public void resume() {
        onLoop(Http1Connection.this::read);
      }

      @Override
      public void consumed(int bytes) {}
    };
  }

  private void content(HttpContent content) {
    Exchange current = exchange;
    if (current == null || state == State.CLOSING) {
      content.release();
    } else {
      boolean goOn = current.arrived(content.content());
      if (!goOn || current.isLastAnswer()) {
        channel.config().setAutoRead(false);
      }
      if (content instanceof LastHttpContent) {
        bodyEnded(current);
      }
    }
  }

  private void bodyEnded(Exchange current) {
    current.bodyEnded();
    if (state == State.DRAINING) {
      ready();
    }
  }

  private void reject(RejectedRequest rejected) {
    Exchange current = exchange;
    log.debug("{}: rejected: {}", channel.remoteAddress(), rejected.message());
    if (current == null) {
      answerWithoutExchange(rejected);
    } else if (state == State.DRAINING) {
      close();
    } else {
      current.reject(rejected);
    }
  }

  /** There is no request that could be told to anybody else. */
  private void answerWithoutExchange(RejectedRequest rejected) {
    enter(State.CLOSING);
    decoder.reject();
    String id = Peer.newId();
    log.debug("{}: rejected before there was a request, as {}", channel.remoteAddress(), id);
    Response response = serving.errors().to(rejected, id);
    ByteBuf out = channel.alloc().ioBuffer(HEAD_BYTES);
    serving.responseHead().write(out, response, false, false);
    if (response.body() instanceof ResponseBody.Bytes json && !decoder.isOfHead()) {
      out.writeBytes(json.bytes());
    }
    channel.writeAndFlush(out).addListener(sent -> drainAndClose());
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    Exchange current = exchange;
    if (current != null) {
      current.bodyFailed("the client closed the connection");
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (Connection.isPeersFault(cause)) {
      log.debug("{}: {}", channel.remoteAddress(), cause.getMessage());
    } else {
      log.error("{}: closing the connection", channel.remoteAddress(), cause);
    }
    close();
  }

  private void sendContinue() {
    Exchange current = exchange;
    if (current != null && current.takeContinue()) {
      var _ = channel.writeAndFlush(ResponseHead.continueHead());
    }
  }

  private void read() {
    channel.config().setAutoRead(true);
  }

  // ---- What goes out.

  @Override
  public void send(Exchange current, Response response, boolean mayPersist) {
    if (!onLoop(() -> sendNow(current, response, mayPersist))) {
      current.complete();
    }
  }

  @Override
  public void sendHead(Exchange current, Response response) {
    onLoop(
        () -> {
          var _ = channel.write(head(current, response, true, 0));
        });
  }

  /** At once: a connection has one response at a time, and that one sends a part at a time. */
  @Override
  public int awaitTurn(int wanted) {
    return wanted;
  }

  @Override
  public ByteBufAllocator allocator() {
    return channel.alloc();
  }

  @Override
  public ChannelFuture sendPart(ByteBuf part, boolean last) {
    return channel.writeAndFlush(part);
  }

  /** TLS has to see every byte. */
  @Override
  public boolean takesRegions() {
    return !peer.secure();
  }

  @Override
  public ChannelFuture sendRegion(FileRegion region) {
    return channel.writeAndFlush(region);
  }

  @Override
  public void finish(Exchange current) {
    if (!onLoop(() -> finished(current, true))) {
      current.complete();
    }
  }

  /** Closes. */
  @Override
  public void abandon(Exchange current) {
    if (!onLoop(() -> finished(current, false))) {
      current.complete();
    }
  }

  private void sendNow(Exchange current, Response response, boolean mayPersist) {
    byte[] body =
        current.sendsBody(response.status()) && response.body() instanceof ResponseBody.Bytes bytes
            ? bytes.bytes()
            : NOTHING;
    int bodyBytes = body.length;
    ByteBuf out = head(current, response, mayPersist, bodyBytes).writeBytes(body);
    channel
        .writeAndFlush(out)
        .addListener(
            sent -> {
              current.sent(sent.isSuccess() ? bodyBytes : 0);
              finished(current, sent.isSuccess());
            });
  }

  /** The head, with room for so much behind it. */
  private ByteBuf head(Exchange current, Response response, boolean mayPersist, int roomBytes) {
    boolean persistent =
        mayPersist && !serving.isStopping() && current.allowsNext(serving.limits().maxDrainBytes());
    if (channel.isActive()) {
      current.answered(response, persistent);
    }
    ByteBuf out = channel.alloc().ioBuffer(HEAD_BYTES + roomBytes);
    serving.responseHead().write(out, response, persistent, current.isHttp10());
    return out;
  }

  @Override
  public void finished(Exchange current, boolean sent) {
    if (!current.complete()) {
      return;
    }
    if (!sent) {
      close();
    } else if (!current.isPersistent()) {
      enter(State.CLOSING);
      closeAfter(current);
    } else if (current.hasBodyEnded()) {
      ready();
    } else {
      enter(State.DRAINING);
      current.draining();
      read();
    }
  }

  private void closeAfter(Exchange current) {
    if (current.hasBodyEnded() && !decoder.hasBytes()) {
      close();
    } else {
      drainAndClose();
    }
  }

  private void drainAndClose() {
    if (channel.isActive()) {
      DrainingClose.of(channel, serving.limits().maxDrainBytes(), decoder, this);
    }
  }

  private void ready() {
    exchange = null;
    enter(State.READY);
    if (serving.isStopping()) {
      close();
      return;
    }
    read();
    decoder.resume();
  }

  // ---- Deadlines.

  @Override
  public void tick(long now) {
    if (progress.isTooSlow(channel, now)) {
      WriteProgress.forgetUnsent(channel);
      closeIf(true, "the response was read too slowly");
    }
    switch (state) {
      case READY -> tickReady(now, serving.limits());
      case EXCHANGE, DRAINING -> tickBody(now);
      case CLOSING -> {}
    }
  }

  private void tickReady(long now, Limits limits) {
    if (!decoder.hasPartialHead()) {
      closeIf(now - stateSince > limits.idleTimeout().toNanos(), "idle");
    } else if (partialHeadSince == 0) {
      partialHeadSince = now;
    } else if (now - partialHeadSince > limits.headerTimeout().toNanos()) {
      answerWithoutExchange(new RejectedRequest(408, "the request head came too slowly"));
    }
  }

  private void tickBody(long now) {
    Exchange current = exchange;
    if (current == null || !current.isStarved(now, true)) {
      return;
    }
    if (state == State.DRAINING) {
      closeIf(true, TOO_SLOW);
    } else {
      current.reject(new RejectedRequest(408, TOO_SLOW));
    }
  }

  private void closeIf(boolean due, String reason) {
    if (due) {
      log.debug("{}: closing: {}", channel.remoteAddress(), reason);
      close();
    }
  }

  // ---- The end.

  /** The request that is being answered, or that is arriving, is the last one. */
  @Override
  public void closeIfIdle() {
    onLoop(
        () -> {
          if (state == State.READY && !decoder.hasPartialHead()) {
            close();
          }
        });
  }

  @Override
  public void closeNow() {
    onLoop(this::close);
  }

  private void close() {
    enter(State.CLOSING);
    var _ = channel.close();
  }

  private void enter(State next) {
    state = next;
    stateSince = System.nanoTime();
  }

  /** Runs on the event loop, now if this is it. False if it has ended, and the connection too. */
  private boolean onLoop(Runnable task) {
    if (channel.eventLoop().inEventLoop()) {
      task.run();
      return true;
    }
    return afterwards(task);
  }

  /** Runs on the event loop when what runs there now is done, for example decoding. */
  private boolean afterwards(Runnable task) {
    try {
      channel.eventLoop().execute(task);
      return true;
    } catch (RejectedExecutionException stopped) {
      log.debug("{}: the server has stopped", channel.remoteAddress());
      return false;
    }
  }
}
