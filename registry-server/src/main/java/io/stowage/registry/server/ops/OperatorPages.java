package io.stowage.registry.server.ops;

import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.http.Request;
import io.stowage.registry.server.http.Response;
import io.stowage.registry.server.http.ResponseBody;
import io.stowage.registry.server.json.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** How what is not part of the registry answers: JSON that nobody keeps, to readers only. */
final class OperatorPages {
  private static final Set<String> READING = Set.of("GET", "HEAD");

  private OperatorPages() {}

  static boolean isRead(Request request) {
    return READING.contains(request.method());
  }

  static Response json(int status, Headers more, Object document) {
    return new Response(
        status,
        Headers.builder().add("Content-Type", "application/json").addAll(more).build(),
        new ResponseBody.Bytes(Json.writeLine(document)));
  }

  /** The same response with what all of them have. */
  static Response complete(Request request, Response response) {
    return response.withHeadersFirst(
        Headers.builder()
            .add("X-Request-Id", request.id())
            .add("X-Content-Type-Options", "nosniff")
            .add("Cache-Control", "no-store")
            .build());
  }

  static Response methodNotAllowed() {
    return refusal(405, Headers.of("Allow", "GET, HEAD"), "only to be read");
  }

  static Response refusal(int status, Headers more, Object detail) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("code", "UNSUPPORTED");
    error.put("message", "The operation is unsupported.");
    error.put("detail", detail);
    return json(status, more, Map.of("errors", List.of(error)));
  }
}
