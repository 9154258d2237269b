package io.stowage.registry.server.http;

import static io.stowage.registry.server.http.FrameClient.CONTINUATION;
import static io.stowage.registry.server.http.FrameClient.DATA;
import static io.stowage.registry.server.http.FrameClient.END_HEADERS;
import static io.stowage.registry.server.http.FrameClient.END_STREAM;
import static io.stowage.registry.server.http.FrameClient.HEADERS;
import static io.stowage.registry.server.http.FrameClient.PING;
import static io.stowage.registry.server.http.FrameClient.RST_STREAM;
import static io.stowage.registry.server.http.FrameClient.SETTINGS;
import static io.stowage.registry.server.http.FrameClient.WINDOW_UPDATE;
import static io.stowage.registry.server.http.FrameClient.fields;
import static io.stowage.registry.server.http.FrameClient.frame;
import static io.stowage.registry.server.http.FrameClient.number;
import static io.stowage.registry.server.http.FrameClient.request;
import static io.stowage.registry.server.http.ServedHttp.await;
import static io.stowage.registry.server.http.ServedHttp.drain;
import static io.stowage.registry.server.http.ServedHttp.text;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.server.http.FrameClient.Frame;
import io.stowage.registry.testkit.fuzz.Corpus;
import io.stowage.registry.testkit.fuzz.FuzzRun;
import io.stowage.registry.testkit.fuzz.Mutator;
import io.stowage.registry.testkit.fuzz.ServerErrorAnswer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * Any bytes behind the preface of HTTP/2: each is served as its frames say or ended by an error
 * that the protocol has, no stream is answered that had no head, and no buffer is lost.
 */
class FrameFuzzTest {
  private static final int FRAME_HEAD_BYTES = 9;

  /** What the server's settings say that it takes at most (RFC 9113, section 4.2). */
  private static final int MAX_FRAME_BYTES = 64 * 1024;

  private static final byte[] QUESTION = "are you?".getBytes(US_ASCII);

  @Test
  void serve_anyFrames_answersOnlyWhatWasAsked_RE9_RE11_RE12() throws Exception {
    Mutator frames =
        new Mutator(
            Corpus.of(conversations())
                .withWords(
                    ":path",
                    ":method",
                    ":scheme",
                    ":authority",
                    "content-length",
                    "connection",
                    "transfer-encoding",
                    "te",
                    "Upper",
                    "\0\0\0",
                    "\u007f",
                    "HEAD",
                    "CONNECT"));
    AtomicInteger worst = new AtomicInteger();
    HttpServerSettings settings = ServedHttp.settings().withH2c(true);
    HttpServer server =
        HttpServer.start(
            settings,
            request -> text(200, "" + drain(request.body())),
            exchange -> worst.accumulateAndGet(exchange.status(), Math::max));
    try (server;
        WireClient watcher = WireClient.connect(server.address())) {
      FuzzRun.of("frames", frames)
          .against(
              input -> {
                boolean accepted = isServed(server, whole(input));
                assertThat(watcher.get("/").status()).isEqualTo(200);
                if (worst.get() >= 500) {
                  throw new ServerErrorAnswer("status " + worst.get());
                }
                return accepted;
              });
    }
    await(() -> server.unreleasedBuffers() == 0);
  }

  /** What clients say behind the preface and their settings. */
  private static List<byte[]> conversations() {
    byte[] get = request("GET", "/v2/", "accept", "*/*");
    byte[] put = request("PUT", "/v2/a", "content-length", "5");
    byte[] half = request("GET", "/x");
    return List.of(
        frame(HEADERS, END_HEADERS | END_STREAM, 1, get),
        joined(
            frame(SETTINGS, FrameClient.ACK, 0, new byte[0]),
            frame(HEADERS, END_HEADERS, 1, put),
            frame(DATA, END_STREAM, 1, "hello".getBytes(US_ASCII)),
            frame(HEADERS, END_HEADERS | END_STREAM, 3, get)),
        joined(
            frame(HEADERS, END_STREAM, 1, half),
            frame(CONTINUATION, 0, 1, fields("a", "b")),
            frame(CONTINUATION, END_HEADERS, 1, fields("c", "d"))),
        joined(
            frame(HEADERS, END_HEADERS, 1, request("POST", "/c")),
            frame(DATA, 0, 1, new byte[100]),
            frame(DATA, 0, 1, new byte[0]),
            frame(HEADERS, END_HEADERS | END_STREAM, 1, fields("trailer", "t"))),
        joined(
            frame(SETTINGS, 0, 0, new byte[] {0, 4, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0}),
            frame(HEADERS, END_HEADERS | END_STREAM, 1, get),
            frame(WINDOW_UPDATE, 0, 1, number(1000)),
            frame(WINDOW_UPDATE, 0, 0, number(1000)),
            frame(RST_STREAM, 0, 1, number(8)),
            frame(PING, 0, 0, new byte[8])));
  }

  private static byte[] joined(byte[]... frames) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] frame : frames) {
      all.writeBytes(frame);
    }
    return all.toByteArray();
  }

  /** The same with an end: a head of a frame that isn't whole is cut, a payload is filled up. */
  private static byte[] whole(byte[] input) {
    ByteBuffer frames = ByteBuffer.wrap(input);
    int at = 0;
    while (at + FRAME_HEAD_BYTES <= input.length) {
      int length = frames.getInt(at) >>> 8;
      if (length > MAX_FRAME_BYTES) {
        return input; // refused by its length alone
      }
      at += FRAME_HEAD_BYTES + length;
    }
    byte[] whole = new byte[at];
    System.arraycopy(input, 0, whole, 0, Math.min(at, input.length));
    return whole;
  }

  /**
   * Sends frames and a question behind them.
   *
   * @return whether the question was answered, so that nothing before it ended the connection
   */
  private static boolean isServed(HttpServer server, byte[] input) throws IOException {
    List<Integer> asked = heads(input);
    try (WireClient wire = WireClient.connect(server.address())) {
      FrameClient client = FrameClient.over(wire);
      client.send(input).send(PING, 0, 0, QUESTION);
      for (Frame frame = client.nextOfAny(); frame != null; frame = client.nextOfAny()) {
        if (frame.type() == HEADERS) {
          assertThat(asked).contains(frame.stream());
        }
        if (frame.type() == PING && Arrays.equals(frame.payload(), QUESTION)) {
          return true;
        }
      }
      return false;
    } catch (SocketException reset) {
      return false; // ended while more was on its way
    }
  }

  /** The streams that frames give a head. */
  private static List<Integer> heads(byte[] input) {
    List<Integer> streams = new ArrayList<>();
    ByteBuffer frames = ByteBuffer.wrap(input);
    for (int at = 0; at + FRAME_HEAD_BYTES <= input.length; ) {
      if (frames.get(at + 3) == HEADERS) {
        streams.add(frames.getInt(at + 5) & Integer.MAX_VALUE);
      }
      at += FRAME_HEAD_BYTES + (frames.getInt(at) >>> 8);
    }
    return streams;
  }
}
