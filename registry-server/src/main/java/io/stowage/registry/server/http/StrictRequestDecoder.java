package io.stowage.registry.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ByteProcessor;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Netty's request decoder behind a gate. Every byte that says where a message or a chunk ends
 * passes a scanner of ours first, so Netty sees only framing that cannot be read in two ways; then
 * both must agree. After a request's last byte the gate closes until {@link #resume}: a pipelined
 * request waits as bytes.
 *
 * <pre>
 *   HEAD ──► FIXED ────────────────────────┐
 *    ▲  ├──► CHUNK_LINE ◄─► CHUNK          │
 *    │  │       └─► TRAILERS ──────────────┤
 *    │  └──────────────────────────────────┤   any doubt: REJECTED, everything later is dropped
 *    └─────────── resume() ──────────── WAITING
 * </pre>
 *
 * Hands on {@code HttpRequest}, {@code HttpContent} up to a {@code LastHttpContent}, or one {@link
 * RejectedRequest}. Event loop only.
 */
final class StrictRequestDecoder extends HttpRequestDecoder {
  private enum Part {
    HEAD,
    FIXED,
    CHUNK_LINE,
    CHUNK,
    TRAILERS,
    WAITING,
    REJECTED
  }

  private final HeadScanner head;
  private final ChunkLineScanner chunkLine = new ChunkLineScanner();
  private Part part = Part.HEAD;
  private int scanned;
  private long chunkBytesLeft;
  private @Nullable ChannelHandlerContext own;

  StrictRequestDecoder(Limits limits) {
    super(
        new HttpDecoderConfig()
            .setMaxInitialLineLength(limits.maxRequestLineBytes() + 16)
            .setMaxHeaderSize(limits.maxHeaderBytes() + 16)
            .setMaxChunkSize(Budget.MAX_PER_EXCHANGE)
            .setStrictLineParsing(true)
            .setAllowDuplicateContentLengths(false)
            .setUseRfc9112TransferEncoding(true));
    head = new HeadScanner(limits);
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    own = context;
  }

  /** Whether bytes of a head are here, but not all of it. */
  boolean hasPartialHead() {
    return part == Part.HEAD && actualReadableBytes() > 0;
  }

  /** Whether the head that was read last, or in part, is that of a HEAD request. */
  boolean isOfHead() {
    return head.isOfHead();
  }

  /** Whether bytes wait behind the gate. */
  boolean hasBytes() {
    return actualReadableBytes() > 0;
  }

  /** Opens the gate, and decodes what waits behind it. */
  void resume() {
    if (part == Part.WAITING) {
      part = Part.HEAD;
      head.startHead();
    }
    if (hasBytes()) {
      decodeWaiting(Objects.requireNonNull(own, "in a pipeline since the first request"));
    }
  }

  private void decodeWaiting(ChannelHandlerContext context) {
    try {
      channelRead(context, Unpooled.EMPTY_BUFFER);
    } catch (Exception failure) {
      context.fireExceptionCaught(failure);
    }
  }

  /** Drops what is here and whatever comes. */
  void reject() {
    part = Part.REJECTED;
  }

  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws Exception {
    try {
      switch (part) {
        case HEAD -> decodeHead(context, in, out);
        case FIXED -> decodeContent(context, in, out);
        case CHUNK_LINE -> {
          if (scanChunkLine(in)) {
            decodeChunk(context, in, out);
          }
        }
        case CHUNK -> decodeChunk(context, in, out);
        case TRAILERS -> decodeTrailers(context, in, out);
        case WAITING -> context.channel().config().setAutoRead(false);
        case REJECTED -> in.skipBytes(in.readableBytes());
      }
    } catch (RejectedRequest rejected) {
      part = Part.REJECTED;
      in.skipBytes(in.readableBytes());
      out.forEach(ReferenceCountUtil::release);
      out.clear();
      out.add(rejected);
    }
  }

  /** Behind a closed gate nobody asks for more bytes; the super class would. */
  @Override
  public void channelReadComplete(ChannelHandlerContext context) throws Exception {
    if (part == Part.WAITING || part == Part.REJECTED) {
      discardSomeReadBytes();
      context.fireChannelReadComplete();
    } else {
      super.channelReadComplete(context);
    }
  }

  /** What is incomplete when the connection ends stays incomplete. */
  @Override
  protected void decodeLast(ChannelHandlerContext context, ByteBuf in, List<Object> out) {}

  private void decodeHead(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws Exception {
    scan(in, head);
    if (head.isComplete()) {
      scanned = 0;
      super.decode(context, in, out);
      part = partAfterHead(out);
    }
  }

  private static Part partAfterHead(List<Object> out) {
    if (out.isEmpty() || !(out.getFirst() instanceof HttpRequest request)) {
      throw RejectedRequest.malformed("malformed request head");
    }
    if (request.decoderResult().isFailure()) {
      throw RejectedRequest.malformed("malformed request head");
    }
    if (out.getLast() instanceof LastHttpContent) {
      return Part.WAITING;
    }
    return HttpUtil.isTransferEncodingChunked(request) ? Part.CHUNK_LINE : Part.FIXED;
  }

  private void decodeContent(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws Exception {
    super.decode(context, in, out);
    if (!out.isEmpty() && out.getLast() instanceof LastHttpContent last) {
      if (last.decoderResult().isFailure()) {
        throw RejectedRequest.malformed("malformed request body");
      }
      part = Part.WAITING;
    }
  }

  private boolean scanChunkLine(ByteBuf in) {
    if (scanned == 0) {
      chunkLine.start();
    }
    scan(in, chunkLine);
    if (!chunkLine.isComplete()) {
      return false;
    }
    chunkBytesLeft = chunkLine.lineBytes() + (chunkLine.size() == 0 ? 0 : chunkLine.size() + 2);
    scanned = 0;
    part = Part.CHUNK;
    return true;
  }

  private void decodeChunk(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws Exception {
    int before = in.readerIndex();
    decodeContent(context, in, out);
    chunkBytesLeft -= in.readerIndex() - before;
    if (chunkBytesLeft < 0 || part == Part.WAITING) {
      throw RejectedRequest.malformed("malformed chunk");
    }
    if (chunkBytesLeft == 0) {
      part = chunkLine.size() == 0 ? Part.TRAILERS : Part.CHUNK_LINE;
      head.startTrailers();
    }
  }

  private void decodeTrailers(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws Exception {
    scan(in, head);
    if (head.isComplete()) {
      scanned = 0;
      decodeContent(context, in, out);
    }
  }

  /** Reads what was not read before, up to the end of the section. */
  private void scan(ByteBuf in, ByteProcessor scanner) {
    int end = in.forEachByte(in.readerIndex() + scanned, in.readableBytes() - scanned, scanner);
    scanned = end < 0 ? in.readableBytes() : end + 1 - in.readerIndex();
  }
}
