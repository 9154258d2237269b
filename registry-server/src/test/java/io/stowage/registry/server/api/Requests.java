package io.stowage.registry.server.api;

import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.http.Origin;
import io.stowage.registry.server.http.Particulars;
import io.stowage.registry.server.http.Request;
import io.stowage.registry.server.http.RequestBody;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.OptionalLong;

/** Requests as the server would hand them over, without a socket. */
final class Requests {
  private Requests() {}

  static Request put(Headers headers, OptionalLong contentLength) {
    return new Request(
        "id",
        "PUT",
        "/v2/a/blobs/uploads/",
        "",
        "HTTP/1.1",
        headers,
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
        false,
        null,
        new Origin(InetAddress.getLoopbackAddress(), "http", ""),
        new Particulars(),
        contentLength,
        RequestBody.EMPTY);
  }
}
