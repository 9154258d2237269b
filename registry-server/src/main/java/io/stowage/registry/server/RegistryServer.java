package io.stowage.registry.server;

import io.stowage.registry.server.http.HttpServer;
import io.stowage.registry.server.ops.Readiness;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running registry. It serves from the moment it exists until {@link #stop}, which lets requests
 * in flight finish before it lets go of the storage.
 */
public final class RegistryServer {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryServer.class);

  private final HttpServer http;
  private final @Nullable HttpServer debug;
  private final Readiness readiness;
  private final Deque<Closeable> parts;

  /**
   * @param debug the listener for operators, which is one of the parts; null if there is none
   * @param readiness is off before anything else stops
   * @param parts what runs beside the HTTP server, in the order in which it was started
   */
  RegistryServer(
      HttpServer http, @Nullable HttpServer debug, Readiness readiness, Deque<Closeable> parts) {
    this.http = http;
    this.debug = debug;
    this.readiness = readiness;
    this.parts = new ArrayDeque<>(parts);
  }

  /** Where it listens, with the real port. */
  public InetSocketAddress address() {
    return http.address();
  }

  /** Where operators find its pages, with the real port; empty if they are off. */
  public Optional<InetSocketAddress> debugAddress() {
    return Optional.ofNullable(debug).map(HttpServer::address);
  }

  /**
   * Stops: not ready any more, no new requests, those in flight may take this long, then everything
   * is closed in reverse order of its start. The pages for operators can be read until the last
   * request has ended. A part that fails to close is logged, and the others are closed all the
   * same.
   */
  public void stop(Duration grace) {
    readiness.stop();
    http.stop(grace);
    close(parts);
  }

  /** Closes what was started, last first. */
  static void close(Deque<Closeable> parts) {
    while (!parts.isEmpty()) {
      Closeable part = parts.removeLast();
      try {
        part.close();
      } catch (IOException | RuntimeException e) {
        LOG.error("closing {} failed", part.getClass().getSimpleName(), e);
      }
    }
  }
}
