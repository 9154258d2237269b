package io.stowage.registry.server.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.function.BiConsumer;

/**
 * Writes status line and header fields. {@link Headers} has no field with a line break in it, so
 * none leaves the server.
 */
final class ResponseHead {
  private static final ByteBuf CONTINUE =
      Unpooled.unreleasableBuffer(
          Unpooled.directBuffer()
              .writeBytes("HTTP/1.1 100 Continue\r\n\r\n".getBytes(US_ASCII))
              .asReadOnly());

  private final HttpDate date;

  ResponseHead(HttpDate date) {
    this.date = date;
  }

  /**
   * Writes one head.
   *
   * @param persistent whether the connection goes on after this response
   * @param http10 whether the request was HTTP/1.0, where that has to be said
   */
  void write(ByteBuf out, Response response, boolean persistent, boolean http10) {
    ascii(out, "HTTP/1.1 ");
    ascii(out, HttpResponseStatus.valueOf(response.status()).toString());
    endLine(out);
    forEachField(response, (name, value) -> field(out, name, value));
    if (!persistent) {
      field(out, "Connection", "close");
    } else if (http10) {
      field(out, "Connection", "keep-alive");
    }
    endLine(out);
  }

  /** Calls back for the fields that a response has in every version of HTTP. */
  void forEachField(Response response, BiConsumer<String, String> fields) {
    response.headers().forEach(fields);
    if (sendsLength(response)) {
      fields.accept("Content-Length", Long.toString(response.body().length()));
    }
    fields.accept("Date", date.now());
  }

  /** The whole interim response that lets a client send its body. */
  static ByteBuf continueHead() {
    return CONTINUE.duplicate();
  }

  /** RFC 9110, section 8.6: a 304 has the length of what it stands for, or none. */
  private static boolean sendsLength(Response response) {
    return switch (response.status()) {
      case 204 -> false;
      case 304 -> response.body().length() > 0;
      default -> response.status() >= 200;
    };
  }

  private static void field(ByteBuf out, String name, String value) {
    ascii(out, name);
    out.writeShort(':' << 8 | ' ');
    ascii(out, value);
    endLine(out);
  }

  private static void ascii(ByteBuf out, String text) {
    ByteBufUtil.writeAscii(out, text);
  }

  private static void endLine(ByteBuf out) {
    out.writeShort('\r' << 8 | '\n');
  }
}
