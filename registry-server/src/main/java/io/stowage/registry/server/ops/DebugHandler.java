package io.stowage.registry.server.ops;

import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.http.HttpHandler;
import io.stowage.registry.server.http.Request;
import io.stowage.registry.server.http.Response;
import java.io.IOException;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The listener for operators ({@code http.debug}): some pages that tell more than everybody should
 * know, so it belongs on an address that only operators reach. None shows a secret, and none
 * changes anything.
 */
public final class DebugHandler implements HttpHandler {
  private final SortedMap<String, HttpHandler> pages;

  /**
   * @param pages by their paths; asked for with {@code GET} and {@code HEAD} only
   */
  public DebugHandler(Map<String, HttpHandler> pages) {
    this.pages = new TreeMap<>(pages);
  }

  /** Distribution's page of checks: an empty object, or 503 with those that fail. */
  public static HttpHandler health(HealthChecks checks) {
    return request -> {
      SortedMap<String, String> failing = checks.failing();
      return OperatorPages.json(failing.isEmpty() ? 200 : 503, Headers.EMPTY, failing);
    };
  }

  @Override
  public Response handle(Request request) throws IOException {
    return OperatorPages.complete(request, answer(request));
  }

  private Response answer(Request request) throws IOException {
    HttpHandler page = pages.get(request.path());
    if (page == null) {
      return OperatorPages.refusal(404, Headers.EMPTY, Map.of("pages", pages.keySet()));
    }
    return OperatorPages.isRead(request) ? page.handle(request) : OperatorPages.methodNotAllowed();
  }
}
