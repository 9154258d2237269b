package io.stowage.registry.server.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The door: stands in the pipeline of the listening channel and lets connections in while there are
 * fewer than {@link Limits#maxConnections}, and fewer of their network than {@link
 * Limits#maxConnectionsPerAddress}. Those beyond are closed at once, unread: an answer would cost a
 * handshake or a read, and that is what a flood is after. When the system gives no connection,
 * mostly because too many files are open, it tries again a second later. Each kind of trouble is
 * logged once a minute at most.
 *
 * <p>Belongs to the event loop of the listening channel; {@link #counts} may be asked by any
 * thread.
 */
final class Admission extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(Admission.class);

  /** Long enough for some files to be closed, short enough for a client that waits. */
  static final long BACK_OFF_MILLIS = 1_000;

  private final Limits limits;
  private final TrustedProxies trusted;
  private final int maxConnections;

  /** What the log says where the configuration can change that. */
  private final String key;

  private final AtomicInteger open = new AtomicInteger();
  private final ConcurrentHashMap<ClientNetwork, Integer> byNetwork = new ConcurrentHashMap<>();
  private final LongAdder refused = new LongAdder();
  private final LongAdder refusedOfNetwork = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final Seldom totalLog = new Seldom(TimeUnit.MINUTES.toNanos(1), System::nanoTime);
  private final Seldom networkLog = new Seldom(TimeUnit.MINUTES.toNanos(1), System::nanoTime);
  private final Seldom failureLog = new Seldom(TimeUnit.MINUTES.toNanos(1), System::nanoTime);

  /**
   * @param settings the proxies that they trust have connections that carry many clients, and so
   *     count for no address
   * @param maxOpenFiles how many files this process may open: a quarter of them is kept for content
   */
  Admission(HttpServerSettings settings, long maxOpenFiles) {
    this.limits = settings.limits();
    this.trusted = settings.trustedProxies();
    this.maxConnections = (int) Math.min(limits.maxConnections(), maxOpenFiles / 4 * 3);
    this.key = settings.configured() ? " (stowage.http.maxconnections)" : "";
    if (settings.configured() && maxConnections < limits.maxConnections()) {
      log.warn(
          "{} connections at most, not the {} of stowage.http.maxconnections: this process may open"
              + " {} files",
          maxConnections,
          limits.maxConnections(),
          maxOpenFiles);
    }
  }

  /** How many connections there are, and how many were not let in. */
  ConnectionCounts counts() {
    return new ConnectionCounts(
        open.get(), maxConnections, refused.sum(), refusedOfNetwork.sum(), failures.sum());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    Channel connection = (Channel) message;
    ClientNetwork network = limited(connection.remoteAddress());
    if (open.get() >= maxConnections) {
      refused.increment();
      totalLog.say(
          times ->
              log.warn(
                  "{}: {} connections are open, no more are let in{}; refused since this was said"
                      + " last: {}",
                  ListeningSocket.text(context.channel()),
                  maxConnections,
                  key,
                  times));
      connection.unsafe().closeForcibly();
    } else if (network != null && isFull(network)) {
      refusedOfNetwork.increment();
      networkLog.say(
          times ->
              log.warn(
                  "{} has {} connections, no more are let in"
                      + " (stowage.http.maxconnectionsperaddress); refused since this was said"
                      + " last, of all: {}",
                  connection.remoteAddress(),
                  limits.maxConnectionsPerAddress(),
                  times));
      connection.unsafe().closeForcibly();
    } else {
      admit(connection, network);
      context.fireChannelRead(connection);
    }
  }

  /** Null if its connections are not counted. */
  private @Nullable ClientNetwork limited(@Nullable SocketAddress peer) {
    if (limits.maxConnectionsPerAddress() == 0 || peer == null || trusted.trusts(peer)) {
      return null;
    }
    InetAddress address = Origin.address(peer);
    return address == null ? null : ClientNetwork.of(address);
  }

  private boolean isFull(ClientNetwork network) {
    return byNetwork.getOrDefault(network, 0) >= limits.maxConnectionsPerAddress();
  }

  private void admit(Channel connection, @Nullable ClientNetwork network) {
    open.incrementAndGet();
    if (network != null) {
      byNetwork.merge(network, 1, Integer::sum);
    }
    connection
        .closeFuture()
        .addListener(
            closed -> {
              open.decrementAndGet();
              if (network != null) {
                byNetwork.computeIfPresent(network, (same, count) -> count == 1 ? null : count - 1);
              }
            });
  }

  /** The system gave no connection. Asking again at once would be a loop that heals nothing. */
  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    failures.increment();
    failureLog.say(
        times ->
            log.warn(
                "no connection can be accepted, which is tried again every {} ms; failed since this"
                    + " was said last: {}; {}",
                BACK_OFF_MILLIS,
                times,
                String.valueOf(cause.getMessage())));
    Channel listening = context.channel();
    listening.config().setAutoRead(false);
    Runnable goOn =
        () -> {
          if (listening.isOpen()) {
            listening.config().setAutoRead(true);
          }
        };
    var _ = listening.eventLoop().schedule(goOn, BACK_OFF_MILLIS, TimeUnit.MILLISECONDS);
  }
}
