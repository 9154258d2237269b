package io.stowage.registry.server.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client of HTTP/2 that says exactly what it is told, frame by frame: for tests of what a
 * well-meaning client never does. Fields are sent as literals, so their bytes are what the test
 * says.
 */
final class FrameClient implements AutoCloseable {
  static final int DATA = 0;
  static final int HEADERS = 1;
  static final int RST_STREAM = 3;
  static final int SETTINGS = 4;
  static final int PING = 6;
  static final int GOAWAY = 7;
  static final int WINDOW_UPDATE = 8;
  static final int CONTINUATION = 9;

  static final int END_STREAM = 1;
  static final int ACK = 1;
  static final int END_HEADERS = 4;

  static final int HEADER_TABLE_SIZE = 1;
  static final int INITIAL_WINDOW_SIZE = 4;
  static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private final WireClient wire;
  private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(true);

  /** One frame as it came. */
  @SuppressWarnings("ArrayRecordComponent")
  record Frame(int type, int flags, int stream, byte[] payload) {
    boolean has(int flag) {
      return (flags & flag) != 0;
    }

    /** The error code of a RST_STREAM or GOAWAY. */
    Http2Error error() {
      int at = type == GOAWAY ? 4 : 0;
      return Http2Error.valueOf(ByteBuffer.wrap(payload).getInt(at));
    }
  }

  /** What came back on one stream. */
  record StreamResponse(int status, Http2Headers headers, String text) {
    String header(String name) {
      CharSequence value = headers.get(name);
      return value == null ? "" : value.toString();
    }
  }

  private FrameClient(WireClient wire) {
    this.wire = wire;
  }

  /**
   * Connects, and sends the preface with these settings, as number and value in turn. Heads have to
   * make sense one by one, as tests don't read them all.
   */
  static FrameClient connect(ServedHttp http, int... settings) throws IOException {
    return over(http.connect(), settings);
  }

  /** The same over a connection that is there already. */
  static FrameClient over(WireClient wire, int... settings) throws IOException {
    FrameClient client = new FrameClient(wire);
    ByteBuffer payload = ByteBuffer.allocate(6 + settings.length * 3);
    payload.putShort((short) HEADER_TABLE_SIZE).putInt(0);
    for (int i = 0; i < settings.length; i += 2) {
      payload.putShort((short) settings[i]).putInt(settings[i + 1]);
    }
    client.wire.sendRaw(PREFACE);
    return client.send(SETTINGS, 0, 0, payload.array());
  }

  FrameClient send(int type, int flags, int stream, byte[] payload) throws IOException {
    wire.send(frame(type, flags, stream, payload));
    return this;
  }

  /** Bytes of frames, or of whatever else. */
  FrameClient send(byte[] bytes) throws IOException {
    wire.send(bytes);
    return this;
  }

  static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .put((byte) (payload.length >> 16))
        .putShort((short) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  /** Sends a request without a body. */
  FrameClient get(int stream, String path) throws IOException {
    return head(stream, END_STREAM, request("GET", path));
  }

  /** Sends a head that is complete; the flags say what else it is. */
  FrameClient head(int stream, int flags, byte[] block) throws IOException {
    return send(HEADERS, flags | END_HEADERS, stream, block);
  }

  FrameClient data(int stream, boolean last, byte[] bytes) throws IOException {
    return send(DATA, last ? END_STREAM : 0, stream, bytes);
  }

  FrameClient reset(int stream) throws IOException {
    return send(RST_STREAM, 0, stream, number((int) Http2Error.CANCEL.code()));
  }

  FrameClient widen(int stream, int bytes) throws IOException {
    return send(WINDOW_UPDATE, 0, stream, number(bytes));
  }

  static byte[] number(int value) {
    return ByteBuffer.allocate(4).putInt(value).array();
  }

  /** The fields of a usual request, and these, as name and value in turn. */
  static byte[] request(String method, String path, String... more) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    block.writeBytes(
        fields(":method", method, ":scheme", "http", ":authority", "test", ":path", path));
    block.writeBytes(fields(more));
    return block.toByteArray();
  }

  /** Fields as literals without an index (RFC 7541, section 6.2.2). */
  static byte[] fields(String... namesAndValues) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      block.write(0);
      string(block, namesAndValues[i]);
      string(block, namesAndValues[i + 1]);
    }
    return block.toByteArray();
  }

  private static void string(ByteArrayOutputStream block, String text) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    if (bytes.length < 127) {
      block.write(bytes.length);
    } else {
      block.write(127);
      int rest = bytes.length - 127;
      for (; rest >= 128; rest >>= 7) {
        block.write((rest & 127) | 128);
      }
      block.write(rest);
    }
    block.writeBytes(bytes);
  }

  /** The next frame but settings and window updates; null at the end. */
  @Nullable Frame next() throws IOException {
    Frame frame = nextOfAny();
    while (frame != null && (frame.type == SETTINGS || frame.type == WINDOW_UPDATE)) {
      frame = nextOfAny();
    }
    return frame;
  }

  /** The next frame; null at the end. */
  @Nullable Frame nextOfAny() throws IOException {
    ByteBuffer head;
    try {
      head = ByteBuffer.wrap(wire.readBytes(9));
    } catch (EOFException | SocketException closed) {
      return null;
    }
    int length = ((head.get() & 0xff) << 16) | (head.getShort() & 0xffff);
    return new Frame(head.get(), head.get(), head.getInt(), wire.readBytes(length));
  }

  /** The next frame of this type, whatever comes before; null at the end. */
  @Nullable Frame next(int type) throws IOException {
    Frame frame = nextOfAny();
    while (frame != null && frame.type != type) {
      frame = nextOfAny();
    }
    return frame;
  }

  /** Reads the response on a stream, which must be the only one that gets any now. */
  StreamResponse response(int stream) throws IOException, Http2Exception {
    Frame head = require(next(), HEADERS, stream);
    Http2Headers headers = headers(head);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    boolean ended = head.has(END_STREAM);
    while (!ended) {
      Frame data = require(next(), DATA, stream);
      body.writeBytes(data.payload);
      ended = data.has(END_STREAM);
    }
    return new StreamResponse(
        Integer.parseInt(String.valueOf(headers.status())), headers, body.toString(ISO_8859_1));
  }

  Http2Headers headers(Frame head) throws Http2Exception {
    return decoder.decodeHeaders(head.stream, Unpooled.wrappedBuffer(head.payload));
  }

  private static Frame require(@Nullable Frame frame, int type, int stream) {
    if (frame == null || frame.type != type || frame.stream != stream) {
      String rest =
          frame != null && List.of(GOAWAY, RST_STREAM).contains(frame.type)
              ? " " + frame.error()
              : "";
      throw new AssertionError(
          "frame: " + frame + rest + " (expected: type " + type + " on stream " + stream + ")");
    }
    return frame;
  }

  /** Whether the server closes the connection, whatever it sends before. */
  boolean isClosedByServer() throws IOException {
    Frame frame = nextOfAny();
    while (frame != null) {
      frame = nextOfAny();
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    wire.close();
  }
}
