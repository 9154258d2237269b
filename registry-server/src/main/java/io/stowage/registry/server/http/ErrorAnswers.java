package io.stowage.registry.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * The answers that no handler gives: to requests that cannot be served, and after a handler's
 * failure. JSON errors of the OCI distribution specification, with the fields that the assembly
 * wants everywhere. The texts are constants, so nothing needs escaping.
 */
final class ErrorAnswers {
  private final Headers headers;

  ErrorAnswers(Headers common) {
    headers = common.toBuilder().set("Content-Type", "application/json").build();
  }

  Response to(RejectedRequest rejected, String requestId) {
    return answer(rejected.status(), requestId, "UNSUPPORTED", rejected.message(), "null");
  }

  /** A handler failed. The request's id leads to the log. */
  Response failure(String requestId) {
    return answer(
        500,
        requestId,
        "UNKNOWN",
        "the server failed; its log tells more under this request id",
        "{\"X-Request-Id\":\"" + requestId + "\"}");
  }

  private Response answer(
      int status, String requestId, String code, String message, String detail) {
    String json =
        "{\"errors\":[{\"code\":\"%s\",\"message\":\"%s\",\"detail\":%s}]}\n"
            .formatted(code, message, detail);
    return new Response(
        status,
        headers.toBuilder().set("X-Request-Id", requestId).build(),
        new ResponseBody.Bytes(json.getBytes(US_ASCII)));
  }
}
