package io.stowage.registry.server.http;

import java.net.SocketAddress;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all connections of one server share. Safe for use by many threads. */
final class Serving {
  private static final Logger log = LoggerFactory.getLogger(Serving.class);

  private final HttpServerSettings settings;
  private final HttpHandler handler;
  private final CompletedExchange.Listener listener;
  private final Budget budget;
  private final ResponseHead responseHead;
  private final IgnoredForwarding ignoredForwarding;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicInteger exchanges = new AtomicInteger();
  private final LoopTime loopTime = new LoopTime(System::nanoTime);
  private volatile ErrorAnswers errors;
  private volatile boolean stopping;

  Serving(
      HttpServerSettings settings,
      HttpHandler handler,
      CompletedExchange.Listener listener,
      Budget budget,
      ResponseHead responseHead) {
    this.settings = settings;
    this.handler = handler;
    this.listener = listener;
    this.budget = budget;
    this.errors = new ErrorAnswers(settings.errorHeaders());
    this.responseHead = responseHead;
    this.ignoredForwarding =
        new IgnoredForwarding(
            settings.trustedProxies(), settings.configured() ? log::warn : unheard -> {});
  }

  HttpServerSettings settings() {
    return settings;
  }

  Limits limits() {
    return settings.limits();
  }

  HttpHandler handler() {
    return handler;
  }

  CompletedExchange.Listener listener() {
    return listener;
  }

  Budget budget() {
    return budget;
  }

  LoopTime loopTime() {
    return loopTime;
  }

  ErrorAnswers errors() {
    return errors;
  }

  /** Those answers have these fields from now on. */
  void replaceErrorHeaders(Headers headers) {
    errors = new ErrorAnswers(headers);
  }

  ResponseHead responseHead() {
    return responseHead;
  }

  /** Where a request comes from. */
  Origin origin(SocketAddress peer, Headers headers, boolean secure) {
    ignoredForwarding.look(peer, headers);
    return settings.trustedProxies().resolve(peer, headers, secure);
  }

  /** The open connections. */
  Set<Connection> connections() {
    return connections;
  }

  /** Adds a connection until its channel is closed. Closes it at once if the server is stopping. */
  void enter(Connection connection) {
    connections.add(connection);
    connection.channel().closeFuture().addListener(closed -> leave(connection));
    if (stopping) {
      connection.closeNow();
    }
  }

  /** Another connection has taken over the channel of this one. */
  void leave(Connection connection) {
    connections.remove(connection);
  }

  void exchangeBegun() {
    exchanges.incrementAndGet();
  }

  void exchangeEnded() {
    if (exchanges.decrementAndGet() == 0 && stopping) {
      synchronized (this) {
        notifyAll();
      }
    }
  }

  /** Waits until no exchange runs, for as long as this at most. */
  synchronized void awaitNoExchanges(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    try {
      long left = limit.toMillis();
      while (exchanges.get() > 0 && left > 0) {
        wait(left);
        left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** No connection gets another request from now on. */
  void stop() {
    stopping = true;
  }

  boolean isStopping() {
    return stopping;
  }
}
