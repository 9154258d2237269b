package io.stowage.registry.e2e.faults;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** An endpoint of notifications that remembers which manifests it was told were pushed. */
final class Receiver implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PATIENCE_SECONDS = 90;

  private final HttpServer http;
  private final Set<String> pushed = ConcurrentHashMap.newKeySet();

  Receiver() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext("/", this::receive);
    http.start();
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      for (JsonNode event : JSON.readTree(exchange.getRequestBody()).path("events")) {
        JsonNode target = event.path("target");
        if (event.path("action").asString().equals("push")) {
          pushed.add(target.path("repository").asString() + "@" + target.path("digest").asString());
        }
      }
      exchange.sendResponseHeaders(200, -1);
    }
  }

  /** What a server's configuration says about it. */
  String section() {
    return """
        notifications:
          endpoints:
            - name: receiver
              url: http://127.0.0.1:%d/
              ignore:
                actions: [pull]
        """
        .formatted(http.getAddress().getPort());
  }

  /** Returns when it was told of all of them. */
  void await(List<Image> images) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    for (List<String> left = missing(images); !left.isEmpty(); left = missing(images)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("no event of: " + left);
      }
      Rounds.let(50);
    }
  }

  private List<String> missing(List<Image> images) {
    return images.stream()
        .map(image -> image.repository() + "@" + image.digest())
        .filter(name -> !pushed.contains(name))
        .toList();
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
