package io.stowage.registry.server.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * The part of a decoded head that says how long the message is, where it goes, and what happens to
 * the connection afterwards (RFC 9112, sections 3 and 6). Stricter than the RFC where servers are
 * known to differ: any doubt is a {@link RejectedRequest}.
 *
 * @param bodyBytes length of the body, empty if only its end will tell
 * @param keepAlive whether the client wants to go on with the connection
 * @param expectsContinue whether the client may wait for a 100 before it sends the body
 */
record RequestFraming(
    String path, String query, OptionalLong bodyBytes, boolean keepAlive, boolean expectsContinue) {
  private static final OptionalLong NO_BODY = OptionalLong.of(0);
  private static final int MAX_LENGTH_DIGITS = 18;

  /**
   * Reads the framing of a request.
   *
   * @throws RejectedRequest if it is ambiguous or not served here
   */
  static RequestFraming of(HttpRequest request) {
    boolean http11 = isHttp11(request);
    return of(request, http11, bodyBytes(request.headers(), http11));
  }

  /**
   * Reads the framing of a request that has a stream of its own, where frames tell its end.
   *
   * @param last whether the stream ends with the head
   * @throws RejectedRequest if it is ambiguous or not served here
   */
  static RequestFraming ofStream(HttpRequest request, boolean last) {
    return of(request, true, bodyBytesOfStream(request.headers(), last));
  }

  private static RequestFraming of(HttpRequest request, boolean http11, OptionalLong bodyBytes) {
    HttpHeaders headers = request.headers();
    String host = requireHost(headers, http11);
    String target = originForm(request, host);
    int question = target.indexOf('?');
    return new RequestFraming(
        question < 0 ? target : target.substring(0, question),
        question < 0 ? "" : target.substring(question + 1),
        bodyBytes,
        keepAlive(headers, http11),
        expectsContinue(headers) && http11 && !bodyBytes.equals(NO_BODY));
  }

  /** Of a rejected request: nothing but its target is known, and nothing may follow it. */
  static RequestFraming unknown(String target) {
    return new RequestFraming(target, "", OptionalLong.empty(), false, false);
  }

  boolean hasBody() {
    return !bodyBytes.equals(NO_BODY);
  }

  private static boolean isHttp11(HttpRequest request) {
    HttpVersion version = request.protocolVersion();
    if (version.equals(HttpVersion.HTTP_1_1) || version.equals(HttpVersion.HTTP_1_0)) {
      return version.equals(HttpVersion.HTTP_1_1);
    }
    throw request.method().name().equals("PRI")
        ? RejectedRequest.malformed("HTTP/2 is not spoken here")
        : new RejectedRequest(505, "only HTTP/1.1 and HTTP/1.0 are spoken here");
  }

  private static String requireHost(HttpHeaders headers, boolean http11) {
    List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
    if (hosts.size() > 1 || (hosts.isEmpty() && http11)) {
      throw RejectedRequest.malformed("exactly one Host header is needed");
    }
    String host = hosts.isEmpty() ? "" : hosts.getFirst();
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c <= ' ' || c >= 0x7f || "\"#,/<>?@\\^`{|}".indexOf(c) >= 0) {
        throw RejectedRequest.malformed("the Host header is not a host and port");
      }
    }
    return host;
  }

  private static OptionalLong bodyBytes(HttpHeaders headers, boolean http11) {
    List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
    List<String> lengths = headers.getAll(HttpHeaderNames.CONTENT_LENGTH);
    if (!codings.isEmpty()) {
      if (!lengths.isEmpty()) {
        throw RejectedRequest.malformed("Transfer-Encoding and Content-Length exclude each other");
      }
      if (!http11 || codings.size() > 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
        throw RejectedRequest.malformed("the only Transfer-Encoding is chunked, in HTTP/1.1");
      }
      return OptionalLong.empty();
    }
    if (lengths.size() > 1) {
      throw RejectedRequest.malformed("only one Content-Length is allowed");
    }
    return lengths.isEmpty() ? NO_BODY : OptionalLong.of(length(lengths.getFirst()));
  }

  private static OptionalLong bodyBytesOfStream(HttpHeaders headers, boolean last) {
    OptionalLong length = bodyBytes(headers, true);
    if (headers.contains(HttpHeaderNames.CONTENT_LENGTH) || last) {
      return length;
    }
    return OptionalLong.empty();
  }

  private static long length(String digits) {
    boolean number = !digits.isEmpty() && digits.length() <= MAX_LENGTH_DIGITS;
    for (int i = 0; i < digits.length(); i++) {
      number &= digits.charAt(i) >= '0' && digits.charAt(i) <= '9';
    }
    if (!number) {
      throw RejectedRequest.malformed("Content-Length is not a number of bytes");
    }
    return Long.parseLong(digits);
  }

  /** The target in origin-form, where a proxy's absolute-form may name only this host. */
  private static String originForm(HttpRequest request, String host) {
    if (request.method().name().equals("CONNECT")) {
      throw new RejectedRequest(405, "this is no proxy: CONNECT is not served");
    }
    String target = request.uri();
    String path = target.startsWith("/") ? target : pathOfAbsoluteForm(target, host);
    if (path.indexOf('#') >= 0) {
      throw RejectedRequest.malformed("a request target has no fragment");
    }
    return path;
  }

  private static String pathOfAbsoluteForm(String target, String host) {
    String lower = target.toLowerCase(Locale.ROOT);
    int authority = lower.startsWith("http://") ? 7 : lower.startsWith("https://") ? 8 : -1;
    if (authority < 0) {
      throw RejectedRequest.malformed("the request target must start with a slash");
    }
    int end = authority;
    while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) {
      end++;
    }
    if (host.isEmpty() || !target.substring(authority, end).equalsIgnoreCase(host)) {
      throw RejectedRequest.malformed("the request target names another host than Host");
    }
    String path = target.substring(end);
    return path.startsWith("/") ? path : "/" + path;
  }

  /** RFC 9112, section 9.3. */
  private static boolean keepAlive(HttpHeaders headers, boolean http11) {
    if (headers.containsValue(HttpHeaderNames.CONNECTION, "close", true)) {
      return false;
    }
    return http11 || headers.containsValue(HttpHeaderNames.CONNECTION, "keep-alive", true);
  }

  private static boolean expectsContinue(HttpHeaders headers) {
    List<String> expectations = headers.getAll(HttpHeaderNames.EXPECT);
    if (expectations.isEmpty()) {
      return false;
    }
    if (expectations.size() > 1 || !expectations.getFirst().equalsIgnoreCase("100-continue")) {
      throw new RejectedRequest(417, "the only expectation met here is 100-continue");
    }
    return true;
  }
}
