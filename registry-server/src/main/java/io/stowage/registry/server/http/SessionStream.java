package io.stowage.registry.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.FileRegion;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Stream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One stream of HTTP/2, which carries one exchange. All state belongs to the event loop; what other
 * threads call hands over to it.
 *
 * <pre>
 *              response sent, body read
 *   EXCHANGE ───────────────────────────────► CLOSED
 *      │  │  response sent, a small rest unread  ▲
 *      │  └───────────────► DRAINING ── read ────┤
 *      │ response sent, much unread: reset       │
 *      └─────────────────────────────────────────┘
 * </pre>
 *
 * Client gone, reset, or stalled closes from every state.
 */
final class SessionStream implements Outlet, ExchangeBody.Flow {
  /** A client that opens its window byte by byte gets parts of this size, and sends many frames. */
  private static final int SMALLEST_PART = 4 * 1024;

  /** From so many bytes on, a body is an upload. */
  private static final int UPLOAD_BYTES = 32 * 1024;

  private static final int GONE = -1;

  private final Http2Session session;
  private final Serving serving;
  private final Http2Stream stream;
  private final AtomicInteger consumed = new AtomicInteger();
  private @Nullable Exchange exchange;
  private long used;
  private boolean hasTurn;
  private int wanted;
  private @Nullable CompletableFuture<Integer> turn;
  private final Patience patience;
  private boolean couldSend = true;
  private boolean blocked;
  private long judgedBytes;
  private long lookedAt;

  SessionStream(Http2Session session, Serving serving, Http2Stream stream) {
    this.session = session;
    this.serving = serving;
    this.stream = stream;
    this.patience = new Patience(serving.limits());
  }

  /** The exchange that this stream carries from now on. */
  void carry(Exchange begun) {
    exchange = begun;
  }

  // ---- What comes in.

  /** Takes over a part of the body. */
  void arrived(ByteBuf data) {
    Exchange current = exchange;
    if (current == null) {
      consumed(data.readableBytes());
      data.release();
    } else {
      // The window alone says how much may come: nothing to stop here.
      var _ = current.arrived(data);
    }
  }

  void bodyEnded() {
    if (exchange != null) {
      exchange.bodyEnded();
    }
  }

  @Override
  public void begin() {
    session.onLoop(
        () -> {
          if (exchange != null && isOpen() && exchange.takeContinue()) {
            session.sendContinue(stream);
          }
        });
  }

  /** Nothing was stopped. */
  @Override
  public void resume() {}

  @Override
  public void consumed(int bytes) {
    if (consumed.getAndAdd(bytes) == 0) {
      session.onLoop(this::returnWindow);
    }
  }

  private void returnWindow() {
    int bytes = consumed.getAndSet(0);
    used += bytes;
    session.returnWindow(stream, bytes, used >= UPLOAD_BYTES);
  }

  // ---- What goes out.

  @Override
  public void send(Exchange current, Response response, boolean mayPersist) {
    if (!session.onLoop(() -> sendNow(current, response, mayPersist))) {
      current.complete();
    }
  }

  /** Sends a whole response. Event loop only. */
  void sendNow(Exchange current, Response response, boolean mayPersist) {
    byte[] bytes = {};
    if (current.sendsBody(response.status())
        && response.body() instanceof ResponseBody.Bytes body) {
      bytes = body.bytes();
    }
    int bodyBytes = bytes.length;
    ChannelFuture sent = sendHeadNow(current, response, mayPersist, bodyBytes == 0);
    if (bodyBytes > 0) {
      sent = session.sendData(stream, Unpooled.wrappedBuffer(bytes), true, session.promise());
    }
    session.flush();
    sent.addListener(
        done -> {
          current.sent(done.isSuccess() ? bodyBytes : 0);
          finished(current, done.isSuccess());
        });
  }

  @Override
  public void sendHead(Exchange current, Response response) {
    session.onLoop(
        () -> {
          var _ = sendHeadNow(current, response, true, false);
        });
  }

  private ChannelFuture sendHeadNow(
      Exchange current, Response response, boolean mayPersist, boolean last) {
    if (isOpen()) {
      boolean drains =
          mayPersist
              && !serving.isStopping()
              && current.allowsNext(serving.limits().maxDrainBytes());
      current.answered(response, drains);
    }
    return session.sendHead(stream, response, last);
  }

  @Override
  public int awaitTurn(int bytes) throws ClientGoneException {
    CompletableFuture<Integer> mine = new CompletableFuture<>();
    boolean asked =
        session.onLoop(
            () -> {
              if (isOpen()) {
                wanted = bytes;
                turn = mine;
                session.turns().await(this);
                session.flush(); // what was sent before must not wait as well
              } else {
                mine.complete(GONE);
              }
            });
    int part = asked ? mine.join() : GONE;
    if (part == GONE) {
      throw new ClientGoneException("the client wants no response any more");
    }
    return part;
  }

  /** Whether the client takes bytes of this response now. Event loop only. */
  boolean isWritable() {
    return session.isWritable(stream);
  }

  /** It may make a part now. Event loop only. */
  void takeTurn() {
    hasTurn = true;
    answer(Math.clamp(session.windowBytes(stream), Math.min(SMALLEST_PART, wanted), wanted));
  }

  private void answer(int part) {
    CompletableFuture<Integer> asked = turn;
    if (asked != null) {
      turn = null;
      asked.complete(part);
    }
  }

  @Override
  public ByteBufAllocator allocator() {
    return session.channel().alloc();
  }

  @Override
  public ChannelFuture sendPart(ByteBuf part, boolean last) {
    ChannelPromise sent = session.promise();
    boolean handedOver =
        session.onLoop(
            () -> {
              sent.addListener(done -> giveTurnBack());
              var _ = session.sendData(stream, part, last, sent);
              session.flush();
            });
    if (!handedOver) {
      part.release();
      sent.setFailure(new ClientGoneException("the server has stopped"));
    }
    return sent;
  }

  private void giveTurnBack() {
    if (hasTurn) {
      hasTurn = false;
      session.turns().done();
    }
  }

  @Override
  public boolean takesRegions() {
    return false;
  }

  @Override
  public ChannelFuture sendRegion(FileRegion region) {
    throw new IllegalStateException("a stream takes no regions: every byte goes into a frame");
  }

  @Override
  public void finish(Exchange current) {
    if (!session.onLoop(() -> finished(current, true))) {
      current.complete();
    }
  }

  @Override
  public void abandon(Exchange current) {
    if (!session.onLoop(() -> finished(current, false))) {
      current.complete();
    }
  }

  @Override
  public void finished(Exchange current, boolean sent) {
    if (!current.complete()) {
      return;
    }
    giveTurnBack();
    session.exchangeEnded();
    if (!sent) {
      session.reset(stream, Http2Error.INTERNAL_ERROR);
    } else if (!current.hasBodyEnded()) {
      endUnread(current);
    }
  }

  /** RFC 9113, section 8.1: whoever has a complete response may be asked to stop its request. */
  private void endUnread(Exchange current) {
    if (current.isPersistent()) {
      current.draining();
    } else {
      session.reset(stream, Http2Error.NO_ERROR);
    }
  }

  // ---- Deadlines, and the end.

  /** Ends what is too slow. */
  void tick(long now) {
    Exchange current = exchange;
    boolean maySend = session.mayReceive(stream);
    if (current != null && current.isStarved(now, maySend && couldSend)) {
      endStarved(current);
    } else if (isReadTooSlowly(current, now)) {
      session.reset(stream, Http2Error.CANCEL);
    }
    couldSend = maySend;
  }

  private void endStarved(Exchange current) {
    if (current.isCompleted()) {
      session.reset(stream, Http2Error.NO_ERROR);
    } else {
      current.reject(new RejectedRequest(408, "the request body came too slowly"));
    }
  }

  /** Whether there is something to send, for which this stream's client opens too little window. */
  private boolean isReadTooSlowly(@Nullable Exchange current, long now) {
    boolean wasBlocked = blocked;
    blocked = (turn != null || session.hasUnsent(stream)) && session.windowBytes(stream) <= 0;
    long waited = blocked && wasBlocked ? now - lookedAt : 0;
    long moved = current == null ? 0 : current.sentBytes() - judgedBytes;
    judgedBytes += moved;
    lookedAt = now;
    return patience.isOver(waited, moved);
  }

  /** Neither side can send anything on this stream any more. */
  void closed() {
    Exchange current = exchange;
    if (current != null && !current.hasBodyEnded()) {
      current.bodyFailed("the client ended the stream");
    }
    session.turns().leave(this);
    answer(GONE);
  }

  private boolean isOpen() {
    return stream.state() != Http2Stream.State.CLOSED;
  }
}
