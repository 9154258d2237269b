package io.stowage.registry.server.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A server for one test, on a port of its own, with what its listener heard. */
final class ServedHttp implements AutoCloseable {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  private final HttpServer server;
  private final List<CompletedExchange> completed;
  private final @Nullable SSLContext client;

  private ServedHttp(
      HttpServer server, List<CompletedExchange> completed, @Nullable SSLContext client) {
    this.server = server;
    this.client = client;
    this.completed = completed;
  }

  static HttpServerSettings settings() {
    return HttpServerSettings.at("127.0.0.1", 0)
        .withErrorHeaders(Headers.of("Docker-Distribution-Api-Version", "registry/2.0"));
  }

  /** The defaults with other timeouts. */
  static HttpServerSettings settings(Duration header, Duration idle, Duration stall) {
    return settings().withLimits(limits(header, idle, stall, 0));
  }

  /** The defaults with other timeouts, and another rate of bodies in bytes per second. */
  static Limits limits(Duration header, Duration idle, Duration stall, long minBodyRate) {
    Limits standard = Limits.DEFAULTS;
    return new Limits(
        standard.maxRequestLineBytes(),
        standard.maxHeaderBytes(),
        standard.maxHeaderFields(),
        header,
        idle,
        stall,
        minBodyRate,
        standard.maxDrainBytes(),
        standard.maxConnections(),
        standard.maxConnectionsPerAddress());
  }

  /** The defaults with other numbers of connections. */
  static Limits connections(int most, int perAddress) {
    Limits standard = Limits.DEFAULTS;
    return new Limits(
        standard.maxRequestLineBytes(),
        standard.maxHeaderBytes(),
        standard.maxHeaderFields(),
        standard.headerTimeout(),
        standard.idleTimeout(),
        standard.bodyStallTimeout(),
        standard.minBodyRate(),
        standard.maxDrainBytes(),
        most,
        perAddress);
  }

  /** What the connections of a server share, without a server; to requests they echo. */
  static Serving serving(HttpServerSettings settings) {
    return new Serving(
        settings,
        ServedHttp::echo,
        exchange -> {},
        new Budget(1024L * 1024),
        new ResponseHead(new HttpDate(Clock.systemUTC())));
  }

  static ServedHttp by(HttpHandler handler) throws IOException {
    return by(settings(), handler);
  }

  static ServedHttp by(HttpServerSettings settings, HttpHandler handler) throws IOException {
    return by(settings, handler, null);
  }

  /** Served to clients of this kind, or to those without TLS. */
  static ServedHttp by(
      HttpServerSettings settings, HttpHandler handler, @Nullable SSLContext client)
      throws IOException {
    List<CompletedExchange> completed = new CopyOnWriteArrayList<>();
    return new ServedHttp(HttpServer.start(settings, handler, completed::add), completed, client);
  }

  static ServedHttp by(
      HttpServerSettings settings, HttpHandler handler, @Nullable SSLContext client, Budget budget)
      throws IOException {
    List<CompletedExchange> completed = new CopyOnWriteArrayList<>();
    return new ServedHttp(
        HttpServer.start(settings, handler, completed::add, budget), completed, client);
  }

  HttpServer server() {
    return server;
  }

  WireClient connect() throws IOException {
    return connect(0);
  }

  /** Connects with a receive buffer of about this size, for slow readers; 0 for the system's. */
  WireClient connect(int receiveBufferBytes) throws IOException {
    return client == null
        ? WireClient.connect(server.address(), receiveBufferBytes)
        : WireClient.connect(server.address(), receiveBufferBytes, client);
  }

  /** What the listener heard, once it heard this many. */
  List<CompletedExchange> completed(int count) {
    await(() -> completed.size() >= count);
    return completed;
  }

  /** What the listener heard until now. */
  List<CompletedExchange> completed() {
    return completed;
  }

  /** Waits for a condition, and fails if it does not come true. */
  static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("the condition did not come true in time");
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }

  /** One that takes HTTP/2 without TLS. */
  static ServedHttp h2c(HttpHandler handler) throws IOException {
    return h2c(settings(), handler);
  }

  static ServedHttp h2c(HttpServerSettings settings, HttpHandler handler) throws IOException {
    return by(settings.withH2c(true), handler);
  }

  /** Answers with the request line and how long the body was. */
  static Response read(Request request) throws IOException {
    return text(200, request.method() + " " + request.target() + " " + drain(request.body()));
  }

  /** A handler that answers a text that tells which request it saw. */
  static Response echo(Request request) {
    return text(200, request.method() + " " + request.target());
  }

  static Response text(int status, String text) {
    return new Response(
        status,
        Headers.of("Content-Type", "text/plain"),
        new ResponseBody.Bytes(text.getBytes(ISO_8859_1)));
  }

  /** Reads a body to its end. */
  static long drain(RequestBody body) throws IOException {
    long bytes = 0;
    for (var chunk = body.next(); chunk != null; chunk = body.next()) {
      bytes += chunk.remaining();
    }
    return bytes;
  }

  /** Stops the server, and fails if it kept a buffer: nothing else may hold one any more. */
  @Override
  public void close() {
    server.close();
    await(() -> server.unreleasedBuffers() == 0);
    await(() -> server.heldBytes() == 0);
  }
}
