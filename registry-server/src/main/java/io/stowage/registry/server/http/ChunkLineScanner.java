package io.stowage.registry.server.http;

import io.netty.util.ByteProcessor;

/**
 * Reads the line in front of a chunk before Netty's decoder does (RFC 9112, section 7.1): a
 * hexadecimal size, then extensions of tokens only, then CRLF. Quoted extension values and white
 * space are legal by the grammar, used by nobody, and read differently by different servers, so
 * they are refused. One per connection.
 */
final class ChunkLineScanner implements ByteProcessor {
  private static final int MAX_LINE_BYTES = 256;
  private static final int MAX_SIZE_DIGITS = 8;

  private enum State {
    SIZE,
    EXTENSION_NAME,
    EXTENSION_VALUE,
    LF,
    COMPLETE
  }

  private State state = State.SIZE;
  private int lineBytes;
  private int partBytes;
  private long size;

  /** Ready for the next line. */
  void start() {
    state = State.SIZE;
    lineBytes = 0;
    partBytes = 0;
    size = 0;
  }

  boolean isComplete() {
    return state == State.COMPLETE;
  }

  /** How many bytes the line has, with its CRLF. */
  int lineBytes() {
    return lineBytes;
  }

  /** The announced size of the chunk; 0 means that the body ends. */
  long size() {
    return size;
  }

  /**
   * Takes one byte.
   *
   * @return false after the last byte of the line
   * @throws RejectedRequest if this byte may not stand here
   */
  @Override
  public boolean process(byte value) {
    require(++lineBytes <= MAX_LINE_BYTES);
    int b = value & 0xff;
    state =
        switch (state) {
          case SIZE -> size(b);
          case EXTENSION_NAME -> extension(b, State.EXTENSION_NAME);
          case EXTENSION_VALUE -> extension(b, State.EXTENSION_VALUE);
          case LF -> lf(b);
          case COMPLETE -> throw new IllegalStateException("byte after the end of the line");
        };
    return state != State.COMPLETE;
  }

  private State size(int b) {
    int digit = b < 0x80 ? Character.digit(b, 16) : -1;
    if (digit < 0) {
      return endOfPart(b);
    }
    require(++partBytes <= MAX_SIZE_DIGITS);
    size = size << 4 | digit;
    return State.SIZE;
  }

  private State extension(int b, State part) {
    if (b == '=' && part == State.EXTENSION_NAME && partBytes > 0) {
      partBytes = 0;
      return State.EXTENSION_VALUE;
    }
    if (!HeadScanner.isTokenByte(b)) {
      return endOfPart(b);
    }
    partBytes++;
    return part;
  }

  private State endOfPart(int b) {
    require(partBytes > 0);
    partBytes = 0;
    require(b == '\r' || b == ';');
    return b == '\r' ? State.LF : State.EXTENSION_NAME;
  }

  private static State lf(int b) {
    require(b == '\n');
    return State.COMPLETE;
  }

  private static void require(boolean legal) {
    if (!legal) {
      throw RejectedRequest.malformed("malformed chunk size or extension");
    }
  }
}
