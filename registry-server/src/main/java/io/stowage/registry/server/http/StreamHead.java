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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns a head of HTTP/2 into one that both protocols have in common, with the characters and the
 * limits that {@link HeadScanner} demands of the other one (RFC 9113, section 8.2 and 8.3). So
 * {@link RequestFraming} judges both alike.
 */
final class StreamHead {
  /** What the access log calls it. */
  static final HttpVersion VERSION = HttpVersion.valueOf("HTTP/2.0");

  private static final Set<String> OF_ONE_CONNECTION =
      Set.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade");

  /** Spaces and version in the request line that this head would have. */
  private static final int LINE_EXTRA = " ".length() + " HTTP/1.1".length();

  /** Colon and space in each line of a field. */
  private static final int FIELD_EXTRA = 2;

  private final HttpServerSettings limits;
  private final HttpHeaders fields =
      DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
  private int fieldBytes;

  private StreamHead(HttpServerSettings limits) {
    this.limits = limits;
  }

  /**
   * The same head in the form of HTTP/1.1, with the authority as its {@code Host}.
   *
   * @throws RejectedRequest if it has what no head may have, or too much
   */
  static HttpRequest of(Http2Headers headers, HttpServerSettings limits) {
    return new StreamHead(limits).convert(headers);
  }

  private HttpRequest convert(Http2Headers headers) {
    String method = only(headers, ":method");
    String path = method.equals("CONNECT") ? "/" : only(headers, ":path");
    requireLine(method, path);
    headers.forEach(this::add);
    String host = host(headers);
    if (host != null) {
      fields.set(HttpHeaderNames.HOST, host);
    }
    return new DefaultHttpRequest(VERSION, HttpMethod.valueOf(method), path, fields);
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
    count(name, value);
    require(
        name.chars().allMatch(c -> HeadScanner.isTokenByte(c) && !(c >= 'A' && c <= 'Z')),
        "a header name must be a token in lower case");
    require(
        value.chars().allMatch(c -> HeadScanner.isValueByte(c)) && value.equals(value.strip()),
        "a header value has a control character, or a space around it");
    require(!OF_ONE_CONNECTION.contains(name), "a header of connections has no place in a stream");
    fields.add(name, value);
  }

  private void count(String name, String value) {
    fieldBytes += name.length() + value.length() + FIELD_EXTRA;
    if (fields.size() >= HeadScanner.MAX_FIELDS) {
      throw new RejectedRequest(431, "too many header fields");
    }
    if (fieldBytes > limits.maxHeaderBytes()) {
      throw new RejectedRequest(431, "the header fields are too large");
    }
  }

  /** Of two names for the host, both must be the same. */
  private @Nullable String host(Http2Headers headers) {
    String authority = headers.contains(":authority") ? only(headers, ":authority") : null;
    List<String> hosts = fields.getAll(HttpHeaderNames.HOST);
    require(hosts.size() <= 1, "exactly one Host header is needed");
    String host = hosts.isEmpty() ? null : hosts.getFirst();
    require(
        authority == null || host == null || authority.equalsIgnoreCase(host),
        "the Host header names another host than the authority");
    return authority == null ? host : authority;
  }

  private static String only(Http2Headers headers, String name) {
    List<CharSequence> values = headers.getAll(name);
    require(values.size() == 1, "a pseudo-header must be there once");
    return values.getFirst().toString();
  }

  private static void require(boolean legal, String rule) {
    if (!legal) {
      throw RejectedRequest.malformed(rule);
    }
  }
}
