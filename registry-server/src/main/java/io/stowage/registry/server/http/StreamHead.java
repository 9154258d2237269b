package io.stowage.registry.server.http;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns a head of HTTP/2 into one that both protocols have in common, so that {@link
 * RequestFraming} judges both alike. Netty has refused heads that are malformed by RFC 9113,
 * section 8.2 and 8.3; the characters and limits that {@link HeadScanner} demands of HTTP/1.1
 * besides are demanded here.
 */
final class StreamHead {
  private static final HttpVersion VERSION = HttpVersion.valueOf("HTTP/2.0");

  /** Spaces and version in the request line that this head would have. */
  private static final int LINE_EXTRA = " ".length() + " HTTP/1.1".length();

  /** Colon and space in the line that each field would have. */
  private static final int FIELD_EXTRA = 2;

  private final Limits limits;
  private final HttpHeaders fields =
      DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
  private int fieldBytes;

  private StreamHead(Limits limits) {
    this.limits = limits;
  }

  /**
   * The same head in the form of HTTP/1.1, with the authority as its {@code Host}.
   *
   * @throws RejectedRequest if it has what no head may have, or too much
   */
  static HttpRequest of(Http2Headers headers, Limits limits) {
    return new StreamHead(limits).convert(headers);
  }

  private HttpRequest convert(Http2Headers headers) {
    String method = text(headers.method());
    String path = text(headers.path());
    requireLine(method, path);
    headers.forEach(this::add);
    setHost(headers.authority());
    return new DefaultHttpRequest(VERSION, HttpMethod.valueOf(method), path, fields);
  }

  private static String text(@Nullable CharSequence value) {
    return value == null ? "" : value.toString();
  }

  private void requireLine(String method, String path) {
    if (method.length() + path.length() + LINE_EXTRA > limits.maxRequestLineBytes()) {
      throw new RejectedRequest(414, "the request line is too long");
    }
    require(
        !method.isEmpty() && method.chars().allMatch(HeadScanner::isTokenByte),
        "the method must be a token");
    require(
        path.chars().allMatch(c -> c > ' ' && c < 0x7f),
        "the request target may hold visible ASCII characters only");
  }

  private void add(Map.Entry<CharSequence, CharSequence> field) {
    String name = field.getKey().toString();
    if (name.startsWith(":")) {
      return;
    }
    String value = field.getValue().toString();
    fieldBytes += name.length() + value.length() + FIELD_EXTRA;
    if (fieldBytes > limits.maxHeaderBytes()) {
      throw new RejectedRequest(431, "the header fields are too large");
    }
    if (fields.size() == limits.maxHeaderFields()) {
      throw new RejectedRequest(431, "too many header fields");
    }
    fields.add(name, value);
  }

  /** Of two names for the host, both must be the same (RFC 9113, section 8.3.1). */
  private void setHost(@Nullable CharSequence authority) {
    List<String> hosts = fields.getAll(HttpHeaderNames.HOST);
    if (authority == null || hosts.size() > 1) {
      return;
    }
    require(
        hosts.isEmpty() || hosts.getFirst().contentEquals(authority),
        "the Host header names another host than the authority");
    fields.set(HttpHeaderNames.HOST, authority);
  }

  private static void require(boolean legal, String rule) {
    if (!legal) {
      throw RejectedRequest.malformed(rule);
    }
  }
}
