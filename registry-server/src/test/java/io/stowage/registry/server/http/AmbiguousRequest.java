package io.stowage.registry.server.http;

import java.util.Arrays;
import java.util.stream.Stream;

/**
 * A request of which two servers may think differently where it ends, or for whom it is. All of
 * them stand here, once, but for those whose body is chunked: {@link AmbiguousChunks}.
 *
 * @param id of the security case
 * @param what is doubtful about it
 * @param raw the request as it is sent, body included
 */
record AmbiguousRequest(String id, String what, String raw) {

  static Stream<AmbiguousRequest> all() {
    return Stream.of(
            lengthAndCoding(),
            lengths(),
            spellingsOfChunked(),
            fieldLines(),
            AmbiguousChunks.all(),
            controls(),
            requestLines(),
            hosts())
        .flatMap(rows -> rows);
  }

  private static Stream<AmbiguousRequest> lengthAndCoding() {
    return withFields(
        "PF-7",
        "0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Content-Length: 0\r\nTransfer-Encoding: chunked",
        "Content-Length: 5\r\nTransfer-Encoding: identity",
        "Content-Length: 5\r\nX: 1\r\nTransfer-Encoding: x",
        "CONTENT-LENGTH: 5\r\ntransfer-encoding: CHUNKED",
        "Content-Length:\r\nTransfer-Encoding: chunked");
  }

  private static Stream<AmbiguousRequest> lengths() {
    return withFields(
        "PF-8",
        "hello",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5\r\nContent-Length: 5",
        "Content-Length: 5\r\ncontent-length: 0",
        "Content-Length: 5, 5",
        "Content-Length: 5, 6",
        "Content-Length: 5,",
        "Content-Length: 5;",
        "Content-Length: +5",
        "Content-Length: -5",
        "Content-Length: -0",
        "Content-Length: 0x5",
        "Content-Length: 5.0",
        "Content-Length: 5e0",
        "Content-Length: 5 5",
        "Content-Length: 5_0",
        "Content-Length: \"5\"",
        "Content-Length: five",
        "Content-Length: \u00b2",
        "Content-Length: 5\u00a0",
        "Content-Length: 5\u0085",
        "Content-Length: 5\u000b",
        "Content-Length: 5\f",
        "Content-Length:",
        "Content-Length: ",
        "Content-Length: 9999999999999999999",
        "Content-Length: 18446744073709551621",
        "Content-Length: 000000000000000000005");
  }

  private static Stream<AmbiguousRequest> spellingsOfChunked() {
    return Stream.concat(
        withFields(
            "PF-9",
            "0\r\n\r\n",
            "Transfer-Encoding: chunked, xchunked",
            "Transfer-Encoding: xchunked",
            "Transfer-Encoding: chunkedx",
            "Transfer-Encoding: x chunked",
            "Transfer-Encoding: gzip, chunked",
            "Transfer-Encoding: chunked, gzip",
            "Transfer-Encoding: chunked, chunked",
            "Transfer-Encoding: chunked, identity",
            "Transfer-Encoding: identity",
            "Transfer-Encoding: identity, chunked",
            "Transfer-Encoding: chunked,",
            "Transfer-Encoding: ,chunked",
            "Transfer-Encoding: chunked;",
            "Transfer-Encoding: chunked;q=1",
            "Transfer-Encoding: \"chunked\"",
            "Transfer-Encoding: 'chunked'",
            "Transfer-Encoding: [chunked]",
            "Transfer-Encoding: chunk",
            "Transfer-Encoding: chun\u00cbed",
            "Transfer-Encoding: \u000bchunked",
            "Transfer-Encoding: \fchunked",
            "Transfer-Encoding: chunked\u000b",
            "Transfer-Encoding: chunked\0",
            "Transfer-Encoding: \u00a0chunked",
            "Transfer-Encoding: chunked\u0085",
            "Transfer-Encoding:",
            "Transfer-Encoding: ",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
            "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding:",
            "Transfer-Encoding: chunked\r\n , xchunked",
            "Transfer-Encoding:\r\n chunked"),
        Stream.of(
            new AmbiguousRequest(
                "PF-9",
                "chunked in HTTP/1.0",
                "PUT /x HTTP/1.0\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")));
  }

  private static Stream<AmbiguousRequest> fieldLines() {
    return Stream.concat(
        withFields(
            "PF-8",
            "0\r\n\r\n",
            "Transfer-Encoding : chunked",
            "Transfer-Encoding\t: chunked",
            "Transfer-Encoding\u000b: chunked",
            "Transfer-Encoding\u00a0: chunked",
            "Transfer-Encoding\r\n: chunked",
            "Transfer-Encoding chunked",
            " Transfer-Encoding: chunked",
            "\tTransfer-Encoding: chunked",
            "\u000bTransfer-Encoding: chunked",
            "Content-Length : 5",
            "X: 1\nTransfer-Encoding: chunked",
            "X: 1\n\nGET /smuggled HTTP/1.1",
            "X: 1\rTransfer-Encoding: chunked",
            "X: 1\r\rTransfer-Encoding: chunked",
            "X: 1\r\n\rTransfer-Encoding: chunked",
            "X: 1\n\rTransfer-Encoding: chunked",
            "X: 1\r\r",
            "X: 1\r",
            "X: 1\r\n folded",
            "X: 1\r\n\tfolded",
            "X: 1\r\n Transfer-Encoding: chunked",
            "X: 1\r\n ",
            ": no name",
            ":",
            "no colon",
            "X y: 1",
            "(X): 1",
            "X@: 1",
            "X/1: 1"),
        Stream.of(
            bare("LF after the request line", "GET / HTTP/1.1\nHost: test\r\n\r\n"),
            bare("CR after the request line", "GET / HTTP/1.1\rHost: test\r\n\r\n"),
            bare("LF at the end of the head", "GET / HTTP/1.1\r\nHost: test\r\n\n"),
            bare("LF twice", "GET / HTTP/1.1\r\nHost: test\n\n"),
            bare("CR at the end of the head", "GET / HTTP/1.1\r\nHost: test\r\n\rX\r\n\r\n"),
            bare("only LF", "GET / HTTP/1.1\nHost: test\n\n"),
            bare("LF before the request", "\nGET / HTTP/1.1\r\nHost: test\r\n\r\n"),
            bare("folded request line", "GET /\r\n HTTP/1.1\r\nHost: test\r\n\r\n"),
            bare("two empty lines before", "\r\n\r\nGET / HTTP/1.1\r\nHost: test\r\n\r\n")));
  }

  private static AmbiguousRequest bare(String what, String raw) {
    return new AmbiguousRequest("PF-8", what, raw);
  }

  private static Stream<AmbiguousRequest> controls() {
    return withFields(
        "PF-13",
        "",
        "X: a\0b",
        "X: \0",
        "X\0: a",
        "\0X: a",
        "X: a\u0001b",
        "X: a\u0008b",
        "X: a\u001bb",
        "X: a\u007fb",
        "X\u0001: a",
        "X: a\u000bb",
        "X: a\fb",
        "X\u007f: a",
        "X\u00e9: a");
  }

  private static Stream<AmbiguousRequest> requestLines() {
    return Stream.of(
            "GET  / HTTP/1.1",
            "GET /  HTTP/1.1",
            "GET / HTTP/1.1 ",
            " GET / HTTP/1.1",
            "GET\t/ HTTP/1.1",
            "GET\u000b/ HTTP/1.1",
            "GET /\tHTTP/1.1",
            "GET /a b HTTP/1.1",
            "GET / HTTP/1.1 HTTP/1.1",
            "GET / http/1.1",
            "GET / HTTP/1",
            "GET / HTTP/1.10",
            "GET / HTTP/01.1",
            "GET / HTTP/+1.1",
            "GET / HTTP/1,1",
            "GET / HTTPS/1.1",
            "GET /",
            "GET",
            "GET / ",
            "GET HTTP/1.1",
            "/ HTTP/1.1",
            "GET / HTTP/1.1\0",
            "GET /\0 HTTP/1.1",
            "GET /\u00e9 HTTP/1.1",
            "GET /\u007f HTTP/1.1",
            "GET /#fragment HTTP/1.1",
            "GET x HTTP/1.1",
            "GET * HTTP/1.1",
            "GET ?a HTTP/1.1",
            "G(T / HTTP/1.1",
            "GET: / HTTP/1.1",
            "\0GET / HTTP/1.1",
            "\u00efGET / HTTP/1.1",
            "HTTP/1.1 200 OK",
            "PRI * HTTP/2.0",
            "\u0016\u0003\u0001\u0002")
        .map(line -> new AmbiguousRequest("PF-14", line, line + "\r\nHost: test\r\n\r\n"));
  }

  private static Stream<AmbiguousRequest> hosts() {
    Stream<AmbiguousRequest> fields =
        Stream.of(
                "",
                "Host: test\r\nHost: other\r\n",
                "Host: test\r\nHost: test\r\n",
                "Host: test\r\nhost: test\r\n",
                "Host: test, other\r\n",
                "Host: test other\r\n",
                "Host: test/x\r\n",
                "Host: test#\r\n",
                "Host: test?\r\n",
                "Host: user@test\r\n",
                "Host: test\\x\r\n",
                "Host: t\u00e9st\r\n",
                "Host : test\r\n",
                " Host: test\r\n")
            .map(
                host ->
                    new AmbiguousRequest(
                        "PF-16", "host: " + host, "GET / HTTP/1.1\r\n" + host + "\r\n"));
    Stream<AmbiguousRequest> targets =
        Stream.of(
                "http://other/",
                "http://test@other/",
                "http://test:80/",
                "http://test\\@other/",
                "HTTPS://other",
                "ftp://test/",
                "http:/test/",
                "http://",
                "test:443",
                "test/x")
            .map(
                target ->
                    new AmbiguousRequest(
                        "PF-16", target, "GET " + target + " HTTP/1.1\r\nHost: test\r\n\r\n"));
    return Stream.concat(fields, targets);
  }

  /** A request with each of these fields, and what may be its body. */
  private static Stream<AmbiguousRequest> withFields(String id, String body, String... fields) {
    return Arrays.stream(fields)
        .map(
            field ->
                new AmbiguousRequest(
                    id, field, "PUT /x HTTP/1.1\r\nHost: test\r\n" + field + "\r\n\r\n" + body));
  }

  /** For the report of a test: on one line, and readable. */
  @Override
  public String toString() {
    StringBuilder shown = new StringBuilder(id).append(": ");
    what.codePoints()
        .limit(100)
        .forEach(
            c ->
                shown.append(
                    c >= ' ' && c < 0x7f ? Character.toString(c) : "\\x%02x".formatted(c)));
    return shown.toString();
  }
}
