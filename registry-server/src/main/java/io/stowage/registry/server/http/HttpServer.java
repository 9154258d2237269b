package io.stowage.registry.server.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PoolArenaMetric;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.internal.PlatformDependent;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An HTTP server on one address: a few event loops that move bytes, and a virtual thread per
 * request that runs the {@link HttpHandler}. It listens from {@link #start} until {@link #stop}.
 * Safe for use by many threads.
 */
public final class HttpServer implements Closeable {
  private static final Logger log = LoggerFactory.getLogger(HttpServer.class);
  private static final int PAGE_BYTES = 8 * 1024;
  private static final int CHUNK_ORDER = 8; // arena chunks of 2 MiB: eight of the largest reads

  private static final Duration LAST_MOMENTS = Duration.ofSeconds(5);

  private final Serving serving;
  private final @Nullable TlsContext tls;
  private final EventLoopGroup loops;
  private final PooledByteBufAllocator allocator;
  private final Admission admission;
  private final Channel listening;

  /** All connections that are open, also those that only wait for their peers to hang up. */
  private final ChannelGroup open;

  private HttpServer(
      Serving serving,
      @Nullable TlsContext tls,
      EventLoopGroup loops,
      PooledByteBufAllocator allocator,
      Admission admission,
      Channel listening,
      ChannelGroup open) {
    this.serving = serving;
    this.tls = tls;
    this.loops = loops;
    this.allocator = allocator;
    this.admission = admission;
    this.listening = listening;
    this.open = open;
  }

  /**
   * Listens and serves.
   *
   * @param listener hears of every answered request
   * @throws IOException if the address cannot be listened on, or if the TLS material cannot be
   *     used; the message names it and the reason
   */
  public static HttpServer start(
      HttpServerSettings settings, HttpHandler handler, CompletedExchange.Listener listener)
      throws IOException {
    return start(settings, handler, listener, new Budget(PlatformDependent.maxDirectMemory()));
  }

  static HttpServer start(
      HttpServerSettings settings,
      HttpHandler handler,
      CompletedExchange.Listener listener,
      Budget budget)
      throws IOException {
    return start(settings, handler, listener, budget, Transport.best());
  }

  static HttpServer start(
      HttpServerSettings settings,
      HttpHandler handler,
      CompletedExchange.Listener listener,
      Budget budget,
      Transport transport)
      throws IOException {
    ResponseHead responseHead = new ResponseHead(new HttpDate(Clock.systemUTC()));
    Serving serving = new Serving(settings, handler, listener, budget, responseHead);
    TlsContext tls = settings.tls() == null ? null : new TlsContext(serving, settings.tls());
    int loopCount = Runtime.getRuntime().availableProcessors();
    EventLoopGroup loops = new MultiThreadIoEventLoopGroup(loopCount, transport.ioHandlers());
    PooledByteBufAllocator allocator = allocator(loopCount);
    Admission admission = new Admission(settings, OpenFiles.most());
    ChannelGroup open = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    Channel listening;
    try {
      listening =
          new ListeningSocket(
                  bootstrap(serving, tls, loops, allocator, open).handler(admission), transport)
              .open(settings.address());
    } catch (IOException failure) {
      if (tls != null) {
        tls.release();
      }
      var _ = loops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
      throw failure;
    }
    new Deadlines(serving).start(loops);
    return new HttpServer(serving, tls, loops, allocator, admission, listening, open);
  }

  /**
   * Finds out whether a server could speak TLS by these settings.
   *
   * @throws IOException if the material cannot be used; the message names it and the reason
   */
  public static void requireUsable(TlsSettings settings, boolean http2) throws IOException {
    TlsContext.requireUsable(settings, http2);
  }

  /**
   * Where the server listens; with the real port if the settings left that to the system.
   *
   * @throws IllegalStateException if that is no port of the network
   */
  public InetSocketAddress address() {
    if (listening.localAddress() instanceof InetSocketAddress address) {
      return address;
    }
    throw new IllegalStateException(
        "address: " + ListeningSocket.text(listening) + " (expected: TCP)");
  }

  /** Where and how it listens, as distribution writes it to its log. */
  public String listeningOn() {
    return ListeningSocket.text(listening) + (tls == null ? "" : ", tls");
  }

  /**
   * New handshakes use these settings from now on; open connections go on as they are.
   *
   * @throws IOException if the material cannot be used; what was in force stays
   */
  public void replaceTls(TlsSettings settings) throws IOException {
    if (tls == null) {
      throw new IllegalStateException("TLS: off (expected: on since the start), for " + settings);
    }
    tls.replace(settings);
  }

  /** Answers that the server gives by itself have these fields from now on. */
  public void replaceErrorHeaders(Headers headers) {
    serving.replaceErrorHeaders(headers);
  }

  /**
   * Stops: no new connection and no new request from now on, requests in flight may finish within
   * the grace, what is left after that is cut off. Returns when all is closed and no handler runs
   * any more; handlers get a few seconds to notice. Further calls do nothing.
   */
  public void stop(Duration grace) {
    if (loops.isShuttingDown()) {
      return;
    }
    serving.stop();
    listening.close().awaitUninterruptibly();
    serving.connections().forEach(Connection::closeIfIdle);
    if (!awaitNoConnections(grace)) {
      log.warn("closing {} connections after a grace of {}", serving.connections().size(), grace);
      serving.connections().forEach(Connection::closeNow);
    }
    serving.awaitNoExchanges(LAST_MOMENTS); // a handler may outlive the connection it works for
    cutOff();
    loops
        .shutdownGracefully(0, LAST_MOMENTS.toMillis(), TimeUnit.MILLISECONDS)
        .awaitUninterruptibly();
    if (tls != null) {
      tls.release();
    }
  }

  /**
   * Closes what still waits for its peer to hang up. A loop of Netty's that is told to end without
   * a quiet period may do so without closing what is open (4.2.18), and then nothing is released.
   */
  private void cutOff() {
    for (Channel connection : open) {
      connection
          .eventLoop()
          .execute(() -> connection.unsafe().close(connection.unsafe().voidPromise()));
    }
    open.newCloseFuture().awaitUninterruptibly(LAST_MOMENTS.toMillis());
  }

  /** Stops without a grace. */
  @Override
  public void close() {
    stop(Duration.ZERO);
  }

  /** How many connections there are, and how many were refused. */
  public ConnectionCounts connections() {
    return admission.counts();
  }

  /** How many bytes of request bodies wait for their handlers. */
  long heldBytes() {
    return serving.budget().heldBytes();
  }

  /**
   * How much memory outside of the heap is reserved for buffers, whether they are in use or not.
   */
  long reservedBufferBytes() {
    return allocator.metric().usedDirectMemory();
  }

  /** How many bytes are in buffers that somebody has yet to release, or that a loop has cached. */
  long usedBufferBytes() {
    return arenas()
        .flatMap(arena -> arena.chunkLists().stream())
        .flatMap(chunks -> StreamSupport.stream(chunks.spliterator(), false))
        .mapToLong(chunk -> chunk.chunkSize() - chunk.freeBytes())
        .sum();
  }

  /** How many buffers somebody has yet to release; none after the server has stopped. */
  long unreleasedBuffers() {
    return arenas().mapToLong(PoolArenaMetric::numActiveAllocations).sum();
  }

  private Stream<PoolArenaMetric> arenas() {
    return Stream.concat(
        allocator.metric().directArenas().stream(), allocator.metric().heapArenas().stream());
  }

  private boolean awaitNoConnections(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    for (Connection connection : serving.connections()) {
      long left = Math.max(0, deadline - System.nanoTime());
      if (!connection.channel().closeFuture().awaitUninterruptibly(left, TimeUnit.NANOSECONDS)) {
        return false;
      }
    }
    return true;
  }

  private static ServerBootstrap bootstrap(
      Serving serving,
      @Nullable TlsContext tls,
      EventLoopGroup loops,
      PooledByteBufAllocator allocator,
      ChannelGroup open) {
    return new ServerBootstrap()
        .group(loops)
        .childOption(ChannelOption.ALLOCATOR, allocator)
        .childOption(ChannelOption.RECVBUF_ALLOCATOR, new ReceiveBuffers(serving.budget()))
        .childHandler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                open.add(channel);
                if (channel instanceof SocketChannel tcp) {
                  tcp.config().setTcpNoDelay(true);
                }
                if (tls == null) {
                  speakPlainText(channel, serving);
                } else {
                  tls.protect(channel);
                }
              }
            });
  }

  private static void speakPlainText(Channel channel, Serving serving) {
    Peer peer = Peer.inPlainText(channel);
    if (serving.settings().h2c()) {
      PrefaceDetector.on(channel, serving, peer);
    } else {
      var _ = Http1Connection.on(channel, serving, peer);
    }
  }

  /** One arena per event loop and small chunks: for a direct-memory limit of 128 MB. */
  private static PooledByteBufAllocator allocator(int loopCount) {
    return new PooledByteBufAllocator(
        true,
        1,
        loopCount,
        PAGE_BYTES,
        CHUNK_ORDER,
        PooledByteBufAllocator.defaultSmallCacheSize(),
        PooledByteBufAllocator.defaultNormalCacheSize(),
        false);
  }
}
