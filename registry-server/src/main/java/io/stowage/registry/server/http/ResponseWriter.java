package io.stowage.registry.server.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.FileRegion;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends one response from the exchange's virtual thread. Files go to the event loop as regions for
 * {@code sendfile}; everything else that is long goes in pieces, each after the one before it left,
 * so a slow reader costs a parked thread and one piece. The last region is not waited for: the
 * exchange ends on the loop.
 */
final class ResponseWriter {
  private static final int PIECE_BYTES = 64 * 1024;

  private final Exchange exchange;
  private final Connection connection;
  private final boolean mayPersist;
  private boolean begun;

  /** A writer whose connection may serve more requests afterwards, or not. */
  ResponseWriter(Exchange exchange, Connection connection, boolean mayPersist) {
    this.exchange = exchange;
    this.connection = connection;
    this.mayPersist = mayPersist;
  }

  /** Whether a head was sent, so that no other response can be. */
  boolean hasBegun() {
    return begun;
  }

  /**
   * Sends a response, or all of it that needs this thread.
   *
   * @throws ClientGoneException if the connection ended
   * @throws IOException if content could not be opened or read
   */
  void write(Response response) throws IOException {
    List<ResponseBody> parts = new ArrayList<>(1);
    if (exchange.sendsBody(response.status())) {
      flatten(response.body(), parts);
    }
    if (parts.isEmpty() || isSmall(response.body())) {
      begun = true;
      connection.send(exchange, response, mayPersist);
    } else {
      writeParts(response, parts);
    }
  }

  private static void flatten(ResponseBody body, List<ResponseBody> parts) {
    if (body instanceof ResponseBody.Sequence sequence) {
      sequence.parts().forEach(part -> flatten(part, parts));
    } else if (body.length() > 0) {
      parts.add(body);
    }
  }

  private static boolean isSmall(ResponseBody body) {
    return body instanceof ResponseBody.Bytes && body.length() <= PIECE_BYTES;
  }

  private void writeParts(Response response, List<ResponseBody> parts) throws IOException {
    for (int i = 0; i < parts.size(); i++) {
      boolean last = i == parts.size() - 1;
      switch (parts.get(i)) {
        case ResponseBody.Bytes bytes -> writeBytes(response, bytes.bytes(), last);
        case ResponseBody.Slice slice -> writeSlice(response, slice, last);
        case ResponseBody.Empty empty -> throw new IllegalStateException(empty + " has no bytes");
        case ResponseBody.Sequence nested -> throw new IllegalStateException("nested: " + nested);
      }
    }
  }

  private void writeBytes(Response response, byte[] bytes, boolean last) throws IOException {
    begin(response);
    for (int at = 0; at < bytes.length; at += PIECE_BYTES) {
      writePiece(ByteBuffer.wrap(bytes, at, Math.min(PIECE_BYTES, bytes.length - at)));
    }
    end(last);
  }

  private void writeSlice(Response response, ResponseBody.Slice slice, boolean last)
      throws IOException {
    SeekableByteChannel source = slice.source().open();
    try {
      requireLength(source, slice);
    } catch (IOException | RuntimeException failure) {
      source.close();
      throw failure;
    }
    begin(response);
    if (source instanceof FileChannel file) {
      writeRegion(new DefaultFileRegion(file, slice.offset(), slice.length()), last);
    } else {
      try (source) {
        copy(source, slice);
      }
      end(last);
    }
  }

  private static void requireLength(SeekableByteChannel source, ResponseBody.Slice slice)
      throws IOException {
    long expected = slice.offset() + slice.length();
    if (source.size() < expected) {
      throw new EOFException(
          "content has " + source.size() + " bytes (expected: at least " + expected + ")");
    }
  }

  /** The region closes the file when it was sent, or could not be. */
  private void writeRegion(FileRegion region, boolean last) throws ClientGoneException {
    ChannelFuture written = connection.sendPart(region);
    written.addListener(
        done -> {
          exchange.sent(region.transferred());
          if (last) {
            connection.finished(exchange, done.isSuccess());
          }
        });
    if (!last) {
      await(written);
    }
  }

  private void copy(SeekableByteChannel source, ResponseBody.Slice slice) throws IOException {
    ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, slice.length()));
    source.position(slice.offset());
    long left = slice.length();
    while (left > 0) {
      piece.clear().limit((int) Math.min(piece.capacity(), left));
      int read = source.read(piece);
      if (read < 0) {
        throw new EOFException("content ended " + left + " bytes early");
      }
      left -= read;
      writePiece(piece.flip());
    }
  }

  private void writePiece(ByteBuffer piece) throws ClientGoneException {
    int bytes = piece.remaining();
    ChannelFuture written = connection.sendPart(Unpooled.wrappedBuffer(piece));
    written.addListener(done -> exchange.sent(done.isSuccess() ? bytes : 0));
    await(written);
  }

  private void begin(Response response) {
    if (!begun) {
      begun = true;
      connection.sendHead(exchange, response);
    }
  }

  private void end(boolean last) {
    if (last) {
      connection.finish(exchange);
    }
  }

  private static void await(ChannelFuture written) throws ClientGoneException {
    written.awaitUninterruptibly();
    if (!written.isSuccess()) {
      throw new ClientGoneException("the response could not be sent");
    }
  }
}
