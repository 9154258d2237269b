package io.stowage.registry.server.http;

import java.util.Arrays;
import java.util.stream.Stream;

/** Requests with a chunked body of which two servers may think differently where it ends. */
final class AmbiguousChunks {
  private AmbiguousChunks() {}

  static Stream<AmbiguousRequest> all() {
    return Stream.of(extensions(), lineEndsOfChunks(), chunks()).flatMap(rows -> rows);
  }

  private static Stream<AmbiguousRequest> extensions() {
    return chunked(
        "PF-10",
        "5;a=\"\r\n\"\r\nhello\r\n0\r\n\r\n",
        "5;a=\"b\"\r\nhello\r\n0\r\n\r\n",
        "5;a=\"b\\\"\r\nhello\r\n0\r\n\r\n",
        "0;a=\"\r\n\r\n",
        "5 ;a=b\r\nhello\r\n0\r\n\r\n",
        "5; a=b\r\nhello\r\n0\r\n\r\n",
        "5;a =b\r\nhello\r\n0\r\n\r\n",
        "5;a= b\r\nhello\r\n0\r\n\r\n",
        "5;a=b \r\nhello\r\n0\r\n\r\n",
        "5;\r\nhello\r\n0\r\n\r\n",
        "5;;\r\nhello\r\n0\r\n\r\n",
        "5;a=\r\nhello\r\n0\r\n\r\n",
        "5;=b\r\nhello\r\n0\r\n\r\n",
        "5;a=b=c\r\nhello\r\n0\r\n\r\n",
        "5;a\0\r\nhello\r\n0\r\n\r\n",
        "5;\u00e9\r\nhello\r\n0\r\n\r\n",
        "5,a=b\r\nhello\r\n0\r\n\r\n",
        "5;" + "a".repeat(300) + "\r\nhello\r\n0\r\n\r\n");
  }

  private static Stream<AmbiguousRequest> lineEndsOfChunks() {
    return chunked(
        "PF-11",
        "5;a\nhello\r\n0\r\n\r\n",
        "5;a=b\nhello\r\n0\r\n\r\n",
        "5;a\rhello\r\n0\r\n\r\n",
        "5;a\n\r\nhello\r\n0\r\n\r\n",
        "5\nhello\r\n0\r\n\r\n",
        "5\rhello\r\n0\r\n\r\n",
        "5\r\r\nhello\r\n0\r\n\r\n",
        "5\n\r\nhello\r\n0\r\n\r\n",
        "5\r\nhello\r\n0\n\r\n",
        "5\r\nhello\r\n0\r\n\n");
  }

  private static Stream<AmbiguousRequest> chunks() {
    return chunked(
        "PF-12",
        "\r\nhello\r\n0\r\n\r\n",
        "-5\r\nhello\r\n0\r\n\r\n",
        "-0\r\n\r\n",
        "+5\r\nhello\r\n0\r\n\r\n",
        "0x5\r\nhello\r\n0\r\n\r\n",
        "5h\r\nhello\r\n0\r\n\r\n",
        "5g\r\nhello\r\n0\r\n\r\n",
        " 5\r\nhello\r\n0\r\n\r\n",
        "5 \r\nhello\r\n0\r\n\r\n",
        "5\t\r\nhello\r\n0\r\n\r\n",
        "5 5\r\nhello\r\n0\r\n\r\n",
        "5.\r\nhello\r\n0\r\n\r\n",
        "\u00b2\r\nhello\r\n0\r\n\r\n",
        "\0" + "5\r\nhello\r\n0\r\n\r\n",
        "000000005\r\nhello\r\n0\r\n\r\n",
        "ffffffff\r\nhello\r\n0\r\n\r\n",
        "100000005\r\nhello\r\n0\r\n\r\n",
        "10000000000000005\r\nhello\r\n0\r\n\r\n",
        "5\r\nhelloX\r\n0\r\n\r\n",
        "5\r\nhello\n0\r\n\r\n",
        "5\r\nhello\r0\r\n\r\n",
        "5\r\nhello0\r\n\r\n",
        "4\r\nhello\r\n0\r\n\r\n",
        "5\r\nhello\r\n\r\n0\r\n\r\n",
        "5\r\nhello\r\n0\r\nbad trailer\r\n\r\n",
        "5\r\nhello\r\n0\r\nA: b\r\n folded\r\n\r\n",
        "5\r\nhello\r\n0\r\nA: b\n\r\n",
        "5\r\nhello\r\n0\r\nA : b\r\n\r\n",
        "5\r\nhello\r\n0\r\nA: \0\r\n\r\n");
  }

  /** A chunked request with each of these bodies. */
  private static Stream<AmbiguousRequest> chunked(String id, String... bodies) {
    String head = "PUT /x HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n";
    return Arrays.stream(bodies).map(body -> new AmbiguousRequest(id, body, head + body));
  }
}
