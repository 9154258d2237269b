package io.stowage.registry.server.http;

import io.netty.handler.codec.http.HttpRequest;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Who is at the other end of a connection. Makes its requests.
 *
 * @param secure whether the connection is one of TLS
 * @param certificate verified; null if there is none
 */
record Peer(SocketAddress address, boolean secure, @Nullable X509Certificate certificate) {

  /** At the other end of a connection without TLS. */
  static Peer inPlainText(SocketAddress address) {
    return new Peer(address, false, null);
  }

  /** A request of this peer, with a new id. */
  Request request(Serving serving, HttpRequest head, RequestFraming framing, RequestBody body) {
    Headers.Builder headers = Headers.builder();
    for (Map.Entry<String, String> field : head.headers()) {
      headers.add(field.getKey(), field.getValue());
    }
    Headers fields = headers.build();
    return new Request(
        newId(),
        head.method().name(),
        framing.path(),
        framing.query(),
        head.protocolVersion().text(),
        fields,
        address,
        secure,
        certificate,
        serving.origin(address, fields, secure),
        new Particulars(serving.listener()::begun),
        framing.bodyBytes(),
        body);
  }

  /** The id of a request, or of an answer to what was none. */
  static String newId() {
    return Long.toHexString(ThreadLocalRandom.current().nextLong() | Long.MIN_VALUE);
  }
}
