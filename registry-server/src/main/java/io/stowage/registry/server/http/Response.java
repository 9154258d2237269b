package io.stowage.registry.server.http;

import java.io.Closeable;
import java.io.IOException;

/**
 * One response. Its {@code Content-Length} follows from its body, and the answer to a {@code HEAD}
 * is the answer to a {@code GET} without its body, so handlers set neither. Whoever receives a
 * response closes it.
 *
 * @param status by RFC 9110, section 15
 * @param headers all fields but {@code Content-Length}, {@code Date} and {@code Connection}
 */
public record Response(int status, Headers headers, ResponseBody body) implements Closeable {
  public static Response of(int status, Headers headers) {
    return new Response(status, headers, ResponseBody.Empty.INSTANCE);
  }

  /** The same response with these fields in front of its own. */
  public Response withHeadersFirst(Headers first) {
    return new Response(status, first.toBuilder().addAll(headers).build(), body);
  }

  /** The same response with another form of the same body. */
  Response withBody(ResponseBody other) {
    return new Response(status, headers, other);
  }

  @Override
  public void close() throws IOException {
    body.close();
  }
}
