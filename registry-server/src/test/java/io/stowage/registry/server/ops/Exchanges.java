package io.stowage.registry.server.ops;

import io.stowage.registry.server.http.CompletedExchange;
import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.http.Origin;
import io.stowage.registry.server.http.Particulars;
import io.stowage.registry.server.http.Request;
import io.stowage.registry.server.http.RequestBody;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Requests as the listeners of a server hear of them. */
public final class Exchanges {
  public static final InetAddress CLIENT = InetAddress.ofLiteral("192.0.2.7");

  private Exchanges() {}

  public static CompletedExchange get(String path) {
    return of(request("GET", path, "", Headers.EMPTY, CLIENT), 200);
  }

  public static CompletedExchange of(Request request, int status) {
    return new CompletedExchange(
        request, Instant.parse("2026-11-23T19:10:09Z"), status, 17, Duration.ofNanos(3_000_250));
  }

  public static Request request(
      String method, String path, String query, Headers headers, @Nullable InetAddress client) {
    return new Request(
        "id",
        method,
        path,
        query,
        "HTTP/1.1",
        headers,
        new InetSocketAddress(CLIENT, 4711),
        false,
        null,
        new Origin(client, "http", ""),
        new Particulars(),
        OptionalLong.of(0),
        RequestBody.EMPTY);
  }
}
