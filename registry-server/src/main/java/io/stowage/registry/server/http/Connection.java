package io.stowage.registry.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection: gives each request to a virtual thread, one after another, and sends the
 * responses. All state belongs to the event loop; methods that other threads call say so and hand
 * over to it.
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
final class Connection extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(Connection.class);
  private static final int HEAD_BYTES = 512;

  private enum State {
    READY,
    EXCHANGE,
    DRAINING,
    CLOSING
  }

  private final Serving serving;
  private final StrictRequestDecoder decoder;
  private final Channel channel;
  private State state = State.READY;
  private long stateSince = System.nanoTime();
  private @Nullable Exchange exchange;

  // What the last tick saw.
  private long partialHeadSince;
  private long writeMark;
  private long writeMarkSince;

  Connection(Serving serving, StrictRequestDecoder decoder, Channel channel) {
    this.serving = serving;
    this.decoder = decoder;
    this.channel = channel;
  }

  Channel channel() {
    return channel;
  }

  // ---- What comes in.

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    serving.connections().add(this);
    channel.closeFuture().addListener(closed -> serving.connections().remove(this));
    if (serving.isStopping()) {
      close();
    }
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
      ExchangeBody body = framing.hasBody() ? new ExchangeBody(serving.budget(), flow()) : null;
      Exchange begun = new Exchange(this, serving, request(message, framing, body), framing, body);
      exchange = begun;
      Thread.ofVirtual().name("exchange-" + begun.request().id()).start(begun);
    } catch (RejectedRequest rejected) {
      decoder.reject();
      RequestFraming framing = RequestFraming.unknown(message.uri());
      Request request = request(message, framing, null);
      Exchange refused = new Exchange(this, serving, request, framing, null);
      exchange = refused;
      log.debug("request {} rejected: {}", request.id(), rejected.message());
      sendNow(refused, serving.errors().to(rejected, request.id()), false);
    }
  }

  private Request request(
      HttpRequest message, RequestFraming framing, @Nullable ExchangeBody body) {
    Headers.Builder headers = Headers.builder();
    for (Map.Entry<String, String> field : message.headers()) {
      headers.add(field.getKey(), field.getValue());
    }
    Headers fields = headers.build();
    return new Request(
        newId(),
        message.method().name(),
        framing.path(),
        framing.query(),
        message.protocolVersion().text(),
        fields,
        channel.remoteAddress(),
        false,
        null,
        serving.origin(channel.remoteAddress(), fields, false),
        framing.bodyBytes(),
        body == null ? RequestBody.EMPTY : body);
  }

  private static String newId() {
    return Long.toHexString(ThreadLocalRandom.current().nextLong() | Long.MIN_VALUE);
  }

  private ExchangeBody.Flow flow() {
    return new ExchangeBody.Flow() {
      @Override
      public void begin() {
        onLoop(Connection.this::sendContinue);
      }

      @Override
      public void resume() {
        onLoop(Connection.this::read);
      }
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
    String id = newId();
    log.debug("{}: rejected before there was a request, as {}", channel.remoteAddress(), id);
    Response response = serving.errors().to(rejected, id);
    ByteBuf out = channel.alloc().ioBuffer(HEAD_BYTES);
    serving.responseHead().write(out, response, false, false);
    if (response.body() instanceof ResponseBody.Bytes json) {
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
    if (cause instanceof IOException || cause instanceof UncheckedIOException) {
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

  /** Sends a response that needs no waiting; the last one if it may not persist. Any thread. */
  void send(Exchange current, Response response, boolean mayPersist) {
    if (!onLoop(() -> sendNow(current, response, mayPersist))) {
      current.complete();
    }
  }

  /** Sends the head of a response whose body follows. Any thread. */
  void sendHead(Exchange current, Response response) {
    onLoop(
        () -> {
          var _ = channel.write(head(current, response, true));
        });
  }

  /** Sends a part of a body. Any thread. */
  ChannelFuture sendPart(Object part) {
    return channel.writeAndFlush(part);
  }

  /** The last byte of the response was sent. Any thread. */
  void finish(Exchange current) {
    if (!onLoop(() -> finished(current, true))) {
      current.complete();
    }
  }

  /** There is nothing to say to this client any more: closes. Any thread. */
  void abandon(Exchange current) {
    if (!onLoop(() -> finished(current, false))) {
      current.complete();
    }
  }

  private void sendNow(Exchange current, Response response, boolean mayPersist) {
    ByteBuf out = head(current, response, mayPersist);
    int headBytes = out.readableBytes();
    if (current.sendsBody(response.status())
        && response.body() instanceof ResponseBody.Bytes bytes) {
      out.writeBytes(bytes.bytes());
    }
    int bodyBytes = out.readableBytes() - headBytes;
    channel
        .writeAndFlush(out)
        .addListener(
            sent -> {
              current.sent(sent.isSuccess() ? bodyBytes : 0);
              finished(current, sent.isSuccess());
            });
  }

  private ByteBuf head(Exchange current, Response response, boolean mayPersist) {
    boolean persistent =
        mayPersist
            && !serving.isStopping()
            && current.allowsNext(serving.settings().drainLimitBytes());
    if (channel.isActive()) {
      current.answered(response.status(), persistent);
    }
    ByteBuf out = channel.alloc().ioBuffer(HEAD_BYTES);
    serving.responseHead().write(out, response, persistent, current.isHttp10());
    return out;
  }

  /** The end of an exchange. Further calls for the same one do nothing. Event loop only. */
  void finished(Exchange current, boolean sent) {
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
      DrainingClose.of(channel, serving.settings().drainLimitBytes());
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
    if (decoder.hasBytes()) {
      channel.pipeline().fireChannelRead(Unpooled.EMPTY_BUFFER);
    }
  }

  // ---- Deadlines.

  /** Closes what has waited too long. Called on the event loop every now and then. */
  void tick(long now) {
    HttpServerSettings settings = serving.settings();
    long stall = settings.bodyStallTimeout().toNanos();
    switch (state) {
      case READY -> tickReady(now, settings);
      case EXCHANGE -> tickExchange(now, stall);
      case DRAINING -> closeIf(now - stateSince > stall, "the unread body came too slowly");
      case CLOSING -> closeIf(isWriteStalled(now, stall), "the response was not read");
    }
  }

  private void tickReady(long now, HttpServerSettings settings) {
    if (!decoder.hasPartialHead()) {
      closeIf(now - stateSince > settings.idleTimeout().toNanos(), "idle");
    } else if (partialHeadSince == 0) {
      partialHeadSince = now;
    } else if (now - partialHeadSince > settings.headerTimeout().toNanos()) {
      answerWithoutExchange(new RejectedRequest(408, "the request head came too slowly"));
    }
  }

  private void tickExchange(long now, long stall) {
    Exchange current = exchange;
    if (current != null && current.isStarved(now, stall)) {
      current.bodyFailed("the client sent nothing for too long");
      close();
    } else {
      closeIf(isWriteStalled(now, stall), "the response was not read");
    }
  }

  private boolean isWriteStalled(long now, long stall) {
    ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
    if (pending == null || pending.isEmpty()) {
      writeMarkSince = now;
      return false;
    }
    long mark = pending.currentProgress() * 31 + pending.totalPendingWriteBytes();
    if (mark != writeMark) {
      writeMark = mark;
      writeMarkSince = now;
    }
    return now - writeMarkSince > stall;
  }

  private void closeIf(boolean due, String reason) {
    if (due) {
      log.debug("{}: closing: {}", channel.remoteAddress(), reason);
      close();
    }
  }

  // ---- The end.

  /** Closes if no request is being answered or arriving. Any thread. */
  void closeIfIdle() {
    onLoop(
        () -> {
          if (state == State.READY && !decoder.hasPartialHead()) {
            close();
          }
        });
  }

  /** Closes whatever is going on. Any thread. */
  void closeNow() {
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

  /** Runs on the event loop. False if that has ended, and the connection with it. */
  private boolean onLoop(Runnable task) {
    try {
      channel.eventLoop().execute(task);
      return true;
    } catch (RejectedExecutionException stopped) {
      log.debug("{}: the server has stopped", channel.remoteAddress());
      return false;
    }
  }
}
