package io.stowage.registry.notifications;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A receiver over a real socket, which notes what it hears and answers as it is told. */
final class Hook implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Pattern TAG = Pattern.compile("\"tag\": \"([^\"]+)\"");

  /** One request that came in. */
  record Heard(String method, String path, Headers headers, String body, long nanos) {
    String header(String name) {
      return String.valueOf(headers.getFirst(name));
    }

    String tag() {
      Matcher matcher = TAG.matcher(body);
      return matcher.find() ? matcher.group(1) : "";
    }
  }

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final HttpServer server;
  private final List<Heard> heard = new CopyOnWriteArrayList<>();
  private final Queue<Integer> statuses = new ConcurrentLinkedQueue<>();
  private final CountDownLatch released = new CountDownLatch(1);
  private volatile String location = "/elsewhere";
  private volatile int usualStatus = 200;
  private volatile boolean hanging;
  private volatile boolean endless;

  Hook() throws IOException {
    this(0);
  }

  Hook(int port) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      heard.add(
          new Heard(
              exchange.getRequestMethod(),
              exchange.getRequestURI().toString(),
              exchange.getRequestHeaders(),
              body,
              System.nanoTime()));
      if (hanging) {
        released.await();
      }
      Integer next = statuses.poll();
      int status = next == null ? usualStatus : next;
      if (status >= 300 && status < 400) {
        exchange.getResponseHeaders().set("Location", location);
      }
      exchange.sendResponseHeaders(status, endless ? 0 : -1);
      if (endless) {
        exchange.getResponseBody().write(new byte[100_000]);
        exchange.getResponseBody().flush();
        released.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Answers so in turn; 200 to all after these. */
  Hook answering(Integer... next) {
    statuses.addAll(List.of(next));
    return this;
  }

  /** Sends everybody there, by this status. */
  Hook redirectingTo(URI elsewhere, int status) {
    location = elsewhere.toString();
    usualStatus = status;
    return this;
  }

  /** Takes requests and never answers. */
  Hook hanging() {
    hanging = true;
    return this;
  }

  /** Answers with a body that never ends. */
  Hook endless() {
    endless = true;
    return this;
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + port() + "/hook");
  }

  int port() {
    return server.getAddress().getPort();
  }

  List<Heard> heard() {
    return List.copyOf(heard);
  }

  List<String> tags() {
    return heard.stream().map(Heard::tag).toList();
  }

  /** Waits until so many requests came in. */
  List<Heard> await(int requests) {
    awaitTrue(() -> heard.size() >= requests, () -> "heard " + tags());
    return heard();
  }

  /** Waits for something to come true, and fails if it never does. */
  static void awaitTrue(BooleanSupplier condition, java.util.function.Supplier<String> state) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("the condition did not come true in time: " + state.get());
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }

  @Override
  public void close() {
    released.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
