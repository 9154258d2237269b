package io.stowage.registry.server.ops;

import io.stowage.registry.server.http.CompletedExchange;
import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.http.HttpHandler;
import io.stowage.registry.server.http.Request;
import io.stowage.registry.server.http.Response;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Answers {@code /livez} and {@code /readyz}, for the probes of orchestrators and load balancers,
 * and leaves all other paths to another handler. Open to everybody, whatever the prefix and whoever
 * may log in: the answers cost nothing and tell no names.
 */
public final class ProbeHandler implements HttpHandler {
  /** The kind of resource that these requests are about. */
  public static final String RESOURCE = "probe";

  private static final String LIVE = "/livez";
  private static final String READY = "/readyz";

  private final Readiness readiness;
  private final HttpHandler others;

  public ProbeHandler(Readiness readiness, HttpHandler others) {
    this.readiness = readiness;
    this.others = others;
  }

  /** The same listener, without what it would hear of probes: they come every few seconds. */
  public static CompletedExchange.Listener withoutProbes(CompletedExchange.Listener listener) {
    return exchange -> {
      if (!exchange.request().particulars().resource().equals(RESOURCE)) {
        listener.completed(exchange);
      }
    };
  }

  @Override
  public Response handle(Request request) throws IOException {
    boolean ready = request.path().equals(READY);
    if (!ready && !request.path().equals(LIVE)) {
      return others.handle(request);
    }
    request.particulars().about(RESOURCE, Map::of);
    return OperatorPages.complete(request, answer(request, ready));
  }

  @Override
  public boolean isShort(Request request) {
    return others.isShort(request);
  }

  private Response answer(Request request, boolean ready) {
    if (!OperatorPages.isRead(request)) {
      return OperatorPages.methodNotAllowed();
    }
    return ready ? readiness() : status("alive");
  }

  private Response readiness() {
    List<String> obstacles = readiness.obstacles();
    return obstacles.isEmpty()
        ? status("ready")
        : OperatorPages.json(
            503,
            Headers.of(
                "Retry-After", Long.toString(Math.max(1, readiness.retryAfter().toSeconds()))),
            Map.of("status", "not ready", "reasons", obstacles));
  }

  private static Response status(String word) {
    return OperatorPages.json(200, Headers.EMPTY, Map.of("status", word));
  }
}
