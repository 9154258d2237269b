package io.stowage.registry.server.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.stowage.registry.testkit.fuzz.Corpus;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Requests of HTTP/1.1 in all framings, alone and one behind another, to make bad ones from. */
public final class HttpCorpus {
  private static final String GET = "GET /v2/ HTTP/1.1\nHost: a.test\n\n";
  private static final String CHUNKED =
      """
      PUT /c HTTP/1.1
      Host: a.test
      Transfer-Encoding: chunked

      5
      hello
      00a;name=value;x
      0123456789
      0
      Trailer: t

      """;

  private static final List<String> REQUESTS =
      List.of(
          GET,
          GET + GET + GET,
          CHUNKED,
          CHUNKED + GET,
          "POST /b?n=1 HTTP/1.1\nHost: a.test\nContent-Length: 5\n\nhello",
          "POST /b HTTP/1.1\nHost: a.test\nContent-Length: 5\n\nhello" + CHUNKED + GET,
          "PUT /e HTTP/1.1\nHost: a.test\nContent-Length: 4\nExpect: 100-continue\n\nbody" + GET,
          "GET http://a.test/x HTTP/1.1\nHost: a.test\nConnection: close\n\n",
          "GET / HTTP/1.0\nConnection: keep-alive\n\n" + GET,
          "\nHEAD /v2/ HTTP/1.1\nHost: a.test\nAccept: a/b;q=0.5, */*\nX: \t y \t\n\n" + GET);

  private static final String[] WORDS = {
    "Transfer-Encoding: chunked\r\n",
    "Transfer-Encoding: identity\r\n",
    "Transfer-Encoding : chunked\r\n",
    "transfer-encoding:\tchunked \r\n",
    "Transfer-Encoding: chunked, xchunked\r\n",
    "Content-Length: 5\r\n",
    "Content-Length: 5, 5\r\n",
    "Content-Length: +5\r\n",
    "Content-Length:\u000b5\r\n",
    "Connection: close\r\n",
    "Expect: 100-continue\r\n",
    "Upgrade: h2c\r\n",
    "Host: b.test\r\n",
    "\r\n folded\r\n",
    "\r\n\r\n",
    "\n\n",
    "\r",
    "0\r\n\r\n",
    "0;a=\"\r\n\"\r\n\r\n",
    ";a=\"b\"",
    ";a\n",
    "ffffffff\r\n",
    "-1\r\n",
    "0x5\r\n",
    "HTTP/1.0",
    "HTTP/2.0",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "GET /smuggled HTTP/1.1\r\nHost: a.test\r\n\r\n",
    "CONNECT",
    "*",
    "http://b.test/",
    "X: " + "y".repeat(4000) + "\r\n"
  };

  private HttpCorpus() {}

  /** The requests, with words that have split readers of HTTP. */
  public static Corpus requests() {
    return with(List.of());
  }

  /**
   * The same and these, each LF of which stands for CRLF.
   *
   * @param words besides the others
   */
  public static Corpus with(List<String> more, String... words) {
    List<byte[]> all = new ArrayList<>();
    Stream.concat(REQUESTS.stream(), more.stream()).map(HttpCorpus::bytes).forEach(all::add);
    return Corpus.of(all).withWords(WORDS).withWords(words);
  }

  private static byte[] bytes(String request) {
    return request.replace("\n", "\r\n").getBytes(ISO_8859_1);
  }
}
