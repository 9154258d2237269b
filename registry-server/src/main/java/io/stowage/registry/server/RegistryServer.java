package io.stowage.registry.server;

import io.stowage.registry.server.http.HttpServer;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running registry. It serves from the moment it exists until {@link #stop}, which lets requests
 * in flight finish before it lets go of the storage.
 */
public final class RegistryServer {
  private static final Logger LOG = LoggerFactory.getLogger(RegistryServer.class);

  private final HttpServer http;
  private final Deque<Closeable> parts;

  /**
   * @param parts what runs beside the HTTP server, in the order in which it was started
   */
  RegistryServer(HttpServer http, Deque<Closeable> parts) {
    this.http = http;
    this.parts = new ArrayDeque<>(parts);
  }

  /** Where it listens, with the real port. */
  public InetSocketAddress address() {
    return http.address();
  }

  /** Where and how it listens, as the log tells it: {@code 127.0.0.1:5000}, {@code [::]:443, tls}. */
  public String listeningOn() {
    return http.listeningOn();
  }

  /**
   * Stops: no new requests, those in flight may take this long, then everything is closed in
   * reverse order of its start. A part that fails to close is logged, and the others are closed all
   * the same.
   */
  public void stop(Duration grace) {
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
