package io.stowage.registry.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.DefaultFileRegion;
import io.netty.channel.FileRegion;
import io.stowage.registry.thread.NonBlocking;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * Sends one response. What needs one write and no waiting may be sent in an attempt of the event
 * loop; the rest is for the exchange's virtual thread. Files go to the event loop as regions for
 * {@code sendfile} where the outlet takes those; everything else that is long goes in pieces, each
 * after the one before it left, so a slow reader costs a parked thread and one piece. The last
 * region is not waited for: the exchange ends on the loop.
 */
final class ResponseWriter {
  /** What may be sent at once from the heap. */
  private static final int SMALL_BYTES = 64 * 1024;

  /**
   * Up to this it costs less to send the bytes together with the head than to have them sent: where
   * both is possible.
   */
  private static final int TINY_BYTES = 16 * 1024;

  private final Exchange exchange;
  private final Outlet outlet;
  private final Budget budget;
  private final boolean mayPersist;
  private boolean begun;

  /** A writer after whose response more may follow, or not. */
  ResponseWriter(Exchange exchange, Outlet outlet, Budget budget, boolean mayPersist) {
    this.exchange = exchange;
    this.outlet = outlet;
    this.budget = budget;
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
      outlet.send(exchange, response, mayPersist);
    } else if (outlet.takesRegions()
        && response.body() instanceof ResponseBody.Slice slice
        && slice.length() <= TINY_BYTES) {
      Response whole = response.withBody(read(slice));
      begun = true;
      outlet.send(exchange, whole, mayPersist);
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
    return body instanceof ResponseBody.Bytes && body.length() <= SMALL_BYTES;
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

  private static ResponseBody read(ResponseBody.Slice slice) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) slice.length());
    try (SeekableByteChannel source = slice.source().open()) {
      requireLength(source, slice);
      source.position(slice.offset());
      while (bytes.hasRemaining()) {
        if (source.read(bytes) < 0) {
          throw new EOFException("content ended " + bytes.remaining() + " bytes early");
        }
      }
    }
    return new ResponseBody.Bytes(bytes.array());
  }

  private void writeBytes(Response response, byte[] bytes, boolean last) throws IOException {
    NonBlocking.beforeBlocking();
    begin(response);
    int at = 0;
    while (at < bytes.length) {
      int turn = outlet.awaitTurn(Math.min(SMALL_BYTES, bytes.length - at));
      ByteBuf piece = Unpooled.wrappedBuffer(bytes, at, turn);
      at += turn;
      writePiece(piece, last && at == bytes.length);
    }
    end(last);
  }

  private void writeSlice(Response response, ResponseBody.Slice slice, boolean last)
      throws IOException {
    if (!last || !outlet.takesRegions()) {
      NonBlocking.beforeBlocking();
    }
    SeekableByteChannel source = slice.source().open();
    try {
      requireLength(source, slice);
      if (!isRegion(source)) {
        NonBlocking.beforeBlocking();
      }
    } catch (IOException | RuntimeException failure) {
      source.close();
      throw failure;
    }
    begin(response);
    if (isRegion(source)) {
      FileChannel file = (FileChannel) source;
      writeRegion(new DefaultFileRegion(file, slice.offset(), slice.length()), last);
    } else {
      try (source) {
        copy(source, slice, last);
      }
      end(last);
    }
  }

  private boolean isRegion(SeekableByteChannel source) {
    return source instanceof FileChannel && outlet.takesRegions();
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
    ChannelFuture written = outlet.sendRegion(region);
    written.addListener(
        done -> {
          exchange.sent(region.transferred());
          if (last) {
            outlet.finished(exchange, done.isSuccess());
          }
        });
    if (!last) {
      await(written);
    }
  }

  private void copy(SeekableByteChannel source, ResponseBody.Slice slice, boolean last)
      throws IOException {
    source.position(slice.offset());
    long left = slice.length();
    while (left > 0) {
      int wanted = (int) Math.min(budget.perPieceBytes(), left);
      ByteBuf piece = read(source, outlet.awaitTurn(wanted));
      if (piece.readableBytes() == 0) {
        piece.release();
        throw new EOFException("content ended " + left + " bytes early");
      }
      left -= piece.readableBytes();
      writePiece(piece, last && left == 0);
    }
  }

  /**
   * Up to this many bytes outside of the heap, from where sockets and TLS take them; none at the
   * end.
   */
  private ByteBuf read(SeekableByteChannel source, int bytes) throws IOException {
    ByteBuf piece = outlet.allocator().directBuffer(bytes, bytes);
    try {
      int read = source.read(piece.nioBuffer(0, bytes));
      return piece.writerIndex(Math.max(0, read));
    } catch (IOException | RuntimeException failure) {
      piece.release();
      throw failure;
    }
  }

  private void writePiece(ByteBuf piece, boolean last) throws ClientGoneException {
    int bytes = piece.readableBytes();
    budget.beginSending(bytes);
    ChannelFuture written = outlet.sendPart(piece, last);
    written.addListener(
        done -> {
          budget.endSending(bytes);
          exchange.sent(done.isSuccess() ? bytes : 0);
        });
    await(written);
  }

  private void begin(Response response) {
    if (!begun) {
      begun = true;
      outlet.sendHead(exchange, response);
    }
  }

  private void end(boolean last) {
    if (last) {
      outlet.finish(exchange);
    }
  }

  private static void await(ChannelFuture written) throws ClientGoneException {
    written.awaitUninterruptibly();
    if (!written.isSuccess()) {
      throw new ClientGoneException("the response could not be sent");
    }
  }
}
