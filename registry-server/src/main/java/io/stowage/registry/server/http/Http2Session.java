package io.stowage.registry.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http2.AbstractHttp2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionAdapter;
import io.netty.handler.codec.http2.Http2ConnectionDecoder;
import io.netty.handler.codec.http2.Http2ConnectionEncoder;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2LocalFlowController;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Settings;
import io.netty.handler.codec.http2.Http2Stream;
import io.netty.handler.codec.http2.UniformStreamByteDistributor;
import io.netty.util.ReferenceCountUtil;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection of HTTP/2: gives each stream's request to a virtual thread and sends the responses,
 * many at a time (RFC 9113). Netty keeps the protocol and its floods at bay, with the help of a
 * {@link FrameMeter}; this class and {@link SessionStream} bound what streams may hold. All state
 * belongs to the event loop.
 *
 * <p>What a client may send ahead is the window of the connection: 64 KiB at first, and more for
 * uploads as far as the {@link Budget} can promise it. A stream has half of it at most, so one that
 * nobody reads leaves room for others. Bytes go back into both when the handler has used them.
 */
final class Http2Session extends Http2ConnectionHandler implements Connection {
  private static final Logger log = LoggerFactory.getLogger(Http2Session.class);
  static final int MAX_STREAMS = 250;
  private static final int MAX_FRAME_BYTES = 64 * 1024;
  private static final int WINDOW_STEP = 1024 * 1024;
  private static final int MAX_PROMISED = 4 * WINDOW_STEP;
  private static final int MAX_STREAM_WINDOW = 1024 * 1024;
  private static final int MAX_QUEUED_CONTROL_FRAMES = 1_000;
  private static final int MAX_RESETS = 200;
  private static final int RESETS_WINDOW_SECONDS = 30;
  private static final int MAX_SMALL_CONTINUATIONS = 16;
  private static final int MAX_EMPTY_DATA_FRAMES = 2;
  private static final long UNTIL_ALL_STREAMS_ENDED = -1;

  private final Serving serving;
  private final Peer peer;
  private final Channel channel;
  private final Http2Connection.PropertyKey streamKey;
  private final SendTurns turns = new SendTurns();
  private final WriteProgress progress;
  private final FrameMeter meter = new FrameMeter(System.nanoTime());
  private boolean flooded;
  private int running;
  private int promised;
  private boolean prefaceRead;
  private long idleSince = System.nanoTime();
  private long framesAtLastLook;
  private long partialSince = System.nanoTime();
  private @Nullable ChannelHandlerContext context;

  private Http2Session(
      Http2ConnectionDecoder decoder,
      Http2ConnectionEncoder encoder,
      Http2Settings settings,
      Serving serving,
      Peer peer,
      Channel channel) {
    super(decoder, encoder, settings);
    this.serving = serving;
    this.peer = peer;
    this.channel = channel;
    this.progress = WriteProgress.of(channel, serving.limits());
    this.streamKey = connection().newKey();
    decoder.frameListener(new Frames());
    connection().addListener(new Ends());
    remoteFlow().listener(stream -> turns.advance());
  }

  /** Makes a channel a connection of HTTP/2. Event loop only. */
  static Http2Session on(Channel channel, Serving serving, Peer peer) {
    Http2Session session = new Builder(serving, peer, channel).build();
    channel.pipeline().addLast(session);
    return session;
  }

  /** Netty's protocol with every limit that it has. */
  private static final class Builder
      extends AbstractHttp2ConnectionHandlerBuilder<Http2Session, Builder> {
    private final Serving serving;
    private final Peer peer;
    private final Channel channel;

    Builder(Serving serving, Peer peer, Channel channel) {
      this.serving = serving;
      this.peer = peer;
      this.channel = channel;
      connection(evenConnection());
      initialSettings(
          Http2Settings.defaultSettings()
              .maxConcurrentStreams(MAX_STREAMS)
              .maxFrameSize(MAX_FRAME_BYTES)
              // Ours is the smaller limit, and has an answer that says why.
              .maxHeaderListSize(2L * serving.limits().maxHeaderBytes()));
      validateRequiredPseudoHeaders(true);
      decoderEnforceMaxConsecutiveEmptyDataFrames(MAX_EMPTY_DATA_FRAMES);
      decoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESETS_WINDOW_SECONDS);
      decoderEnforceMaxSmallContinuationFrames(MAX_SMALL_CONTINUATIONS);
      encoderEnforceMaxRstFramesPerWindow(MAX_RESETS, RESETS_WINDOW_SECONDS);
      encoderEnforceMaxQueuedControlFrames(MAX_QUEUED_CONTROL_FRAMES);
      gracefulShutdownTimeoutMillis(UNTIL_ALL_STREAMS_ENDED);
    }

    /** Streams take turns evenly: the priorities of RFC 7540 are gone, and cost memory. */
    private static Http2Connection evenConnection() {
      Http2Connection connection = new DefaultHttp2Connection(true, 0);
      connection
          .remote()
          .flowController(
              new DefaultHttp2RemoteFlowController(
                  connection, new UniformStreamByteDistributor(connection)));
      return connection;
    }

    @Override
    protected Http2Session build() {
      return super.build();
    }

    @Override
    protected Http2Session build(
        Http2ConnectionDecoder decoder, Http2ConnectionEncoder encoder, Http2Settings settings) {
      return new Http2Session(decoder, encoder, settings, serving, peer, channel);
    }
  }

  @Override
  public Channel channel() {
    return channel;
  }

  SendTurns turns() {
    return turns;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) throws Exception {
    context = added;
    super.handlerAdded(added);
    serving.enter(this);
    channel.closeFuture().addListener(closed -> serving.budget().endPromise(promised));
  }

  // ---- What comes in.

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) throws Exception {
    if (!flooded && message instanceof ByteBuf in && !meter.received(in, System.nanoTime())) {
      flooded = true;
      onError(
          from,
          false,
          Http2Exception.connectionError(
              Http2Error.ENHANCE_YOUR_CALM, "too many frames that ask for nothing"));
    }
    if (flooded) {
      ReferenceCountUtil.release(message);
    } else {
      super.channelRead(from, message);
    }
  }

  private final class Frames extends Http2FrameAdapter {
    @Override
    public void onSettingsRead(ChannelHandlerContext from, Http2Settings settings) {
      prefaceRead = true;
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext from,
        int id,
        Http2Headers headers,
        int dependency,
        short weight,
        boolean exclusive,
        int padding,
        boolean last) {
      onHeadersRead(from, id, headers, padding, last);
    }

    @Override
    public void onHeadersRead(
        ChannelHandlerContext from, int id, Http2Headers headers, int padding, boolean last) {
      Http2Stream stream = connection().stream(id);
      SessionStream served = stream.getProperty(streamKey);
      if (served == null) {
        begin(stream, headers, last);
      } else {
        served.bodyEnded(); // trailers, which say nothing here
      }
    }

    @Override
    public int onDataRead(
        ChannelHandlerContext from, int id, ByteBuf data, int padding, boolean last) {
      SessionStream served = connection().stream(id).getProperty(streamKey);
      if (served == null) {
        return data.readableBytes() + padding;
      }
      served.arrived(data.retain());
      if (last) {
        served.bodyEnded();
      }
      return padding;
    }
  }

  private final class Ends extends Http2ConnectionAdapter {
    @Override
    public void onStreamClosed(Http2Stream stream) {
      SessionStream served = stream.getProperty(streamKey);
      if (served != null) {
        served.closed();
      }
      if (connection().numActiveStreams() == 0) {
        idleSince = System.nanoTime();
      }
    }
  }

  private void begin(Http2Stream stream, Http2Headers headers, boolean last) {
    if (serving.isStopping() || running >= MAX_STREAMS) {
      reset(stream, Http2Error.REFUSED_STREAM);
      return;
    }
    SessionStream served = new SessionStream(this, serving, stream);
    stream.setProperty(streamKey, served);
    try {
      HttpRequest head = StreamHead.of(headers, serving.limits());
      begin(served, head, last);
    } catch (RejectedRequest rejected) {
      boolean isHead = HttpMethod.HEAD.asciiName().contentEquals(headers.method());
      answerWithoutExchange(stream, rejected, isHead, last);
    }
  }

  private void begin(SessionStream served, HttpRequest head, boolean last) {
    running++;
    try {
      RequestFraming framing = RequestFraming.ofStream(head, last);
      Exchange begun = Exchange.of(served, serving, peer, head, framing, served);
      served.carry(begun);
      if (last) {
        begun.bodyEnded();
      }
      begun.start(true);
    } catch (RejectedRequest rejected) {
      Exchange refused = Exchange.refused(served, serving, peer, head);
      served.carry(refused);
      if (last) {
        refused.bodyEnded();
      }
      served.sendNow(refused, refused.answerTo(rejected), false);
    }
  }

  /** There is no request that could be told to anybody else. */
  private void answerWithoutExchange(
      Http2Stream stream, RejectedRequest rejected, boolean isHead, boolean last) {
    String id = Peer.newId();
    log.debug("{}: {} was no request: {}", peer.address(), id, rejected.message());
    Response response = serving.errors().to(rejected, id);
    ChannelFuture sent = sendHead(stream, response, isHead);
    if (!isHead && response.body() instanceof ResponseBody.Bytes json) {
      sent = sendData(stream, Unpooled.wrappedBuffer(json.bytes()), true, promise());
    }
    flush();
    if (!last) {
      sent.addListener(done -> reset(stream, Http2Error.NO_ERROR));
    }
  }

  /** An exchange has ended, and its thread with it. */
  void exchangeEnded() {
    running--;
  }

  /** Gives bytes that a handler has used back to the client, and more to an upload. */
  void returnWindow(Http2Stream stream, int bytes, boolean upload) {
    if (stream.state() == Http2Stream.State.CLOSED) {
      return; // closing has given them back
    }
    try {
      localFlow().consumeBytes(stream, bytes);
      if (upload) {
        widen(stream);
      }
      flush();
    } catch (Http2Exception failure) {
      onError(context(), true, failure);
    }
  }

  private void widen(Http2Stream stream) throws Http2Exception {
    Http2Stream whole = connection().connectionStream();
    if (promised < MAX_PROMISED && serving.budget().promise(WINDOW_STEP)) {
      promised += WINDOW_STEP;
      localFlow().incrementWindowSize(whole, WINDOW_STEP);
    }
    int target = Math.min(localFlow().initialWindowSize(whole) / 2, MAX_STREAM_WINDOW);
    int more = target - localFlow().initialWindowSize(stream);
    if (more > 0) {
      localFlow().incrementWindowSize(stream, more);
    }
  }

  // ---- What goes out.

  void sendContinue(Http2Stream stream) {
    Http2Headers interim = new DefaultHttp2Headers(false).status("100");
    var _ = encoder().writeHeaders(context(), stream.id(), interim, 0, false, promise());
    flush();
  }

  ChannelFuture sendHead(Http2Stream stream, Response response, boolean last) {
    Http2Headers fields =
        new DefaultHttp2Headers(false).status(Integer.toString(response.status()));
    serving
        .responseHead()
        .forEachField(response, (name, value) -> fields.add(name.toLowerCase(Locale.ROOT), value));
    return encoder().writeHeaders(context(), stream.id(), fields, 0, last, promise());
  }

  /** Takes over the bytes. They leave when the client's windows let them. */
  ChannelFuture sendData(Http2Stream stream, ByteBuf data, boolean last, ChannelPromise sent) {
    meter.sent(data.readableBytes());
    return encoder().writeData(context(), stream.id(), data, 0, last, sent);
  }

  void flush() {
    flush(context());
  }

  /** Whether this stream, and the connection, would send a byte at once. */
  boolean isWritable(Http2Stream stream) {
    return remoteFlow().isWritable(stream);
  }

  /** How many bytes the client takes on this stream. */
  int windowBytes(Http2Stream stream) {
    return Math.min(
        remoteFlow().windowSize(stream), remoteFlow().windowSize(connection().connectionStream()));
  }

  /** Whether the client may send on this stream: it has windows left for that. */
  boolean mayReceive(Http2Stream stream) {
    return localFlow().windowSize(stream) > 0
        && localFlow().windowSize(connection().connectionStream()) > 0;
  }

  /** Whether bytes of this stream wait for a window. */
  boolean hasUnsent(Http2Stream stream) {
    return remoteFlow().hasFlowControlled(stream);
  }

  /** Ends a stream, if that has not ended yet. */
  void reset(Http2Stream stream, Http2Error reason) {
    if (stream.state() != Http2Stream.State.CLOSED && channel.isActive()) {
      var _ = resetStream(context(), stream.id(), reason.code(), promise());
      flush();
    }
  }

  private Http2LocalFlowController localFlow() {
    return connection().local().flowController();
  }

  private Http2RemoteFlowController remoteFlow() {
    return connection().remote().flowController();
  }

  ChannelPromise promise() {
    return channel.newPromise();
  }

  private ChannelHandlerContext context() {
    return Objects.requireNonNull(context, "in a pipeline since it was made");
  }

  // ---- Deadlines.

  @Override
  public void tick(long now) {
    Limits limits = serving.limits();
    if (progress.isTooSlow(channel, now)) {
      WriteProgress.forgetUnsent(channel);
      closeBecause("the responses were read too slowly");
    } else if (connection().numActiveStreams() == 0) {
      tickIdle(now, limits);
    } else {
      tickStreams(now);
    }
  }

  private void tickIdle(long now, Limits limits) {
    boolean partial = !prefaceRead || meter.isWithinFrame();
    if (!partial || meter.frames() != framesAtLastLook) {
      framesAtLastLook = meter.frames();
      partialSince = now;
    }
    if (now - partialSince > limits.headerTimeout().toNanos()) {
      closeBecause("a frame came too slowly");
    } else if (now - idleSince > limits.idleTimeout().toNanos()) {
      closeIfIdle();
    }
  }

  private void tickStreams(long now) {
    try {
      connection()
          .forEachActiveStream(
              stream -> {
                SessionStream served = stream.getProperty(streamKey);
                if (served != null) {
                  served.tick(now);
                }
                return true;
              });
    } catch (Http2Exception failure) {
      onError(context(), true, failure);
    }
  }

  // ---- The end.

  @Override
  protected void onStreamError(
      ChannelHandlerContext at,
      boolean outbound,
      Throwable cause,
      Http2Exception.StreamException error) {
    log.debug("{}: stream {}: {}", peer.address(), error.streamId(), error.getMessage());
    super.onStreamError(at, outbound, cause, error);
  }

  @Override
  protected void onConnectionError(
      ChannelHandlerContext at, boolean outbound, Throwable cause, @Nullable Http2Exception error) {
    if (error == null && !Connection.isPeersFault(cause)) {
      log.error("{}: closing the connection", peer.address(), cause);
    } else {
      log.debug("{}: closing: {}", peer.address(), cause.getMessage());
    }
    super.onConnectionError(at, outbound, cause, error);
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext at, Throwable cause) {
    onError(at, false, cause);
  }

  private void closeBecause(String reason) {
    log.debug("{}: closing: {}", peer.address(), reason);
    closeNow();
  }

  /** Says that no more requests are taken; those that came before are answered first. */
  @Override
  public void closeIfIdle() {
    var _ = channel.close();
  }

  @Override
  public void closeNow() {
    onLoop(
        () -> {
          var _ = context().close();
        });
  }

  /** Runs on the event loop. False if that has ended, and the connection with it. */
  boolean onLoop(Runnable task) {
    try {
      channel.eventLoop().execute(task);
      return true;
    } catch (RejectedExecutionException stopped) {
      log.debug("{}: the server has stopped", peer.address());
      return false;
    }
  }
}
