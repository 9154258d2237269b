package io.stowage.registry.server.http;

import io.netty.buffer.ByteBuf;

/**
 * Weighs what a client of HTTP/2 says about the protocol against what it asks for. Frames that ask
 * for nothing, such as PING, SETTINGS, PRIORITY and WINDOW_UPDATE, cost it a few bytes and the
 * server an answer; no rule of the protocol bounds them (RFC 9113, section 10.5), and limits on
 * queued answers don't either while the client reads them. So they are bounded by volume, as
 * overhead: every byte that is neither a header block nor data.
 *
 * <p>Overhead is paid from a balance that starts at an allowance and comes back to it over time.
 * Header blocks and data that come in add to it byte by byte, and so does a small part of what is
 * sent to the client, which has to widen its windows for that. Reads frames as they are on the
 * wire, in whatever pieces they come, and so knows where they end. One per connection, event loop
 * only.
 */
final class FrameMeter {
  /** 3,855 PING frames, or 7,281 empty SETTINGS frames, at once: no client needs them. */
  static final long ALLOWANCE_BYTES = 64 * 1024;

  /** How long it takes to have all of the allowance again; Netty counts resets for as long. */
  static final long REFILL_NANOS = 30_000_000_000L;

  /** What can be saved up, in bytes: as much as 64 MiB that are sent pay. */
  static final long MAX_BALANCE_BYTES = 4 * 1024 * 1024;

  /** A repeated request may be a few bytes of header block, with a window update beside it. */
  private static final int BYTES_PER_HEAD = 64;

  /**
   * One byte is paid for so many sent. A frame that widens a window has 13 bytes. Clients in Go
   * widen two windows for every 4 KiB, but once they have used up a window, at each read: who reads
   * 512 bytes at a time then sends one byte for 20. A client that opens its window byte by byte
   * sends 13 for each, and is a flood.
   */
  private static final int SENT_BYTES_PER_BYTE = 16;

  private static final int PREFACE_BYTES = 24;
  private static final int FRAME_HEADER_BYTES = 9;
  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int CONTINUATION = 9;

  private int prefaceLeft = PREFACE_BYTES;
  private int headerBytes;
  private int payloadLeft;
  private int type;
  private long frames;
  private int unpaidBytes;
  private long balance = ALLOWANCE_BYTES;
  private long refilledAt;

  FrameMeter(long now) {
    refilledAt = now;
  }

  /**
   * Weighs bytes that came in, and leaves them alone.
   *
   * @param now by the nano clock
   * @return whether the client may go on
   */
  boolean received(ByteBuf in, long now) {
    refill(now);
    int at = in.readerIndex() + takePreface(in.readableBytes());
    while (at < in.writerIndex() && balance >= 0) {
      boolean inHeader = headerBytes < FRAME_HEADER_BYTES;
      at += inHeader ? header(in.getByte(at)) : payload(in.writerIndex() - at);
    }
    return balance >= 0;
  }

  /** Weighs data that is sent. */
  void sent(int bytes) {
    unpaidBytes += bytes;
    earn(unpaidBytes / SENT_BYTES_PER_BYTE);
    unpaidBytes %= SENT_BYTES_PER_BYTE;
  }

  /** How many frames have come in whole. */
  long frames() {
    return frames;
  }

  /** Whether a frame has begun and not ended. */
  boolean isWithinFrame() {
    return headerBytes > 0;
  }

  private void earn(int bytes) {
    balance = Math.min(MAX_BALANCE_BYTES, balance + bytes);
  }

  private void refill(long now) {
    long elapsed = Math.min(REFILL_NANOS, now - refilledAt);
    long bytes = elapsed * ALLOWANCE_BYTES / REFILL_NANOS;
    if (bytes > 0) {
      // Only the time that these bytes took: the rest counts for the next.
      refilledAt = now - elapsed + bytes * REFILL_NANOS / ALLOWANCE_BYTES;
      balance = Math.max(balance, Math.min(ALLOWANCE_BYTES, balance + bytes));
    }
  }

  private int takePreface(int bytes) {
    int taken = Math.min(prefaceLeft, bytes);
    prefaceLeft -= taken;
    return taken;
  }

  /** The length in three bytes, the type in one; then flags and stream (RFC 9113, section 4.1). */
  private int header(byte value) {
    int b = value & 0xff;
    if (headerBytes == 0) {
      payloadLeft = b;
    } else if (headerBytes < 3) {
      payloadLeft = payloadLeft << 8 | b;
    } else if (headerBytes == 3) {
      type = b;
      earn(type == HEADERS ? BYTES_PER_HEAD : 0);
    }
    headerBytes++;
    balance--;
    endFrame();
    return 1;
  }

  private int payload(int available) {
    int bytes = Math.min(payloadLeft, available);
    payloadLeft -= bytes;
    if (type == DATA || type == HEADERS || type == CONTINUATION) {
      earn(bytes);
    } else {
      balance -= bytes;
    }
    endFrame();
    return bytes;
  }

  private void endFrame() {
    if (headerBytes == FRAME_HEADER_BYTES && payloadLeft == 0) {
      headerBytes = 0;
      frames++;
    }
  }
}
