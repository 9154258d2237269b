package io.stowage.registry.server.http;

import io.netty.util.ByteProcessor;

/**
 * Reads the bytes of a request's head, or of a trailer section, before Netty's decoder does, and
 * accepts only what every HTTP implementation reads alike (RFC 9112, sections 2 to 5; RFC 9110,
 * section 5): lines end in CRLF, single spaces part the request line, a name is a token followed by
 * its colon, values have no control characters, no line is folded. Knows limits, but no meaning of
 * any field.
 *
 * <pre>
 *   START ─ CR ─► BLANK_LF ─┐            (one empty line may come first)
 *     │  ◄──────────────────┘
 *     ▼
 *   METHOD ─ SP ─► TARGET ─ SP ─► VERSION ─ CR ─► LINE_LF
 *                                                    │ LF
 *        NAME ◄─── token ──────────────────────── LINE_START ◄──┐
 *          │ ':'                                     │ CR       │ LF
 *          ▼                                         ▼          │
 *        VALUE ─ CR ─► LINE_LF ────────────────────  END_LF     │
 *                         └─────────────────────────────────────┘
 * </pre>
 *
 * Keeps its state between calls, so a head that trickles in is read once. One per connection.
 */
final class HeadScanner implements ByteProcessor {
  private static final String HEAD_METHOD = "HEAD";
  private static final String VERSION_FORM = "HTTP/0.0";
  private static final String VERSION_RULE =
      "the request line must end with the protocol version and CRLF";

  private enum State {
    START,
    BLANK_LF,
    METHOD,
    TARGET,
    VERSION,
    LINE_START,
    LINE_LF,
    NAME,
    VALUE,
    END_LF,
    COMPLETE
  }

  private final int maxRequestLineBytes;
  private final int maxFieldBytes;
  private final int maxFields;
  private State state = State.START;
  private boolean blankLineSeen;
  private boolean headMethod = true;
  private int lineBytes;
  private int versionBytes;
  private int fieldBytes;
  private int fields;

  HeadScanner(Limits limits) {
    this.maxRequestLineBytes = limits.maxRequestLineBytes();
    this.maxFieldBytes = limits.maxHeaderBytes();
    this.maxFields = limits.maxHeaderFields();
  }

  /** Ready for the next request's head. */
  void startHead() {
    start(State.START);
  }

  /** Ready for the trailer section of a chunked body. */
  void startTrailers() {
    start(State.LINE_START);
  }

  private void start(State first) {
    state = first;
    blankLineSeen = false;
    headMethod = true;
    lineBytes = 0;
    versionBytes = 0;
    fieldBytes = 0;
    fields = 0;
  }

  /** Whether the empty line that ends the section was read. */
  boolean isComplete() {
    return state == State.COMPLETE;
  }

  /**
   * Whether the request's method is HEAD. Known as soon as the method is over, whatever follows:
   * the answer to a HEAD has no body, also if the rest is refused (RFC 9110, section 9.3.2).
   */
  boolean isOfHead() {
    return headMethod && state != State.START && state != State.BLANK_LF && state != State.METHOD;
  }

  /**
   * Takes one byte.
   *
   * @return false after the last byte of the section
   * @throws RejectedRequest if this byte may not stand here
   */
  @Override
  public boolean process(byte value) {
    int b = value & 0xff;
    state =
        switch (state) {
          case START -> start(b);
          case BLANK_LF -> expectLf(b, State.START);
          case METHOD -> method(b);
          case TARGET -> target(b);
          case VERSION -> version(b);
          case LINE_START -> lineStart(b);
          case LINE_LF -> expectLf(b, State.LINE_START);
          case NAME -> name(b);
          case VALUE -> value(b);
          case END_LF -> expectLf(b, State.COMPLETE);
          case COMPLETE -> throw new IllegalStateException("byte after the end of the section");
        };
    return state != State.COMPLETE;
  }

  private State start(int b) {
    if (b == '\r' && !blankLineSeen) {
      blankLineSeen = true;
      return State.BLANK_LF;
    }
    return method(b);
  }

  private State method(int b) {
    countLineByte();
    if (b == ' ' && lineBytes > 1) {
      headMethod &= lineBytes == HEAD_METHOD.length() + 1;
      return State.TARGET;
    }
    headMethod &= lineBytes <= HEAD_METHOD.length() && b == HEAD_METHOD.charAt(lineBytes - 1);
    require(isTokenByte(b), "the method must be a token followed by one space");
    return State.METHOD;
  }

  private State target(int b) {
    countLineByte();
    if (b == ' ') {
      return State.VERSION;
    }
    require(b > ' ' && b < 0x7f, "the request target may hold visible ASCII characters only");
    return State.TARGET;
  }

  private State version(int b) {
    if (b == '\r') {
      require(versionBytes == VERSION_FORM.length(), VERSION_RULE);
      return State.LINE_LF;
    }
    countLineByte();
    require(versionBytes < VERSION_FORM.length(), VERSION_RULE);
    char form = VERSION_FORM.charAt(versionBytes++);
    require(form == '0' ? b >= '0' && b <= '9' : b == form, VERSION_RULE);
    return State.VERSION;
  }

  private State lineStart(int b) {
    if (b == '\r') {
      return State.END_LF;
    }
    require(b != ' ' && b != '\t', "folded header lines are not allowed");
    if (++fields > maxFields) {
      throw new RejectedRequest(431, "too many header fields");
    }
    countFieldByte();
    require(isTokenByte(b), "a header name must be a token");
    return State.NAME;
  }

  private State name(int b) {
    countFieldByte();
    if (b == ':') {
      return State.VALUE;
    }
    require(isTokenByte(b), "a header name must be a token followed by a colon");
    return State.NAME;
  }

  private State value(int b) {
    if (b == '\r') {
      return State.LINE_LF;
    }
    countFieldByte();
    require((b >= ' ' && b != 0x7f) || b == '\t', "a header value has a control character");
    return State.VALUE;
  }

  private static State expectLf(int b, State next) {
    require(b == '\n', "lines must end with CRLF");
    return next;
  }

  private void countLineByte() {
    if (++lineBytes > maxRequestLineBytes) {
      throw new RejectedRequest(414, "the request line is too long");
    }
  }

  private void countFieldByte() {
    if (++fieldBytes > maxFieldBytes) {
      throw new RejectedRequest(431, "the header fields are too large");
    }
  }

  private static void require(boolean legal, String rule) {
    if (!legal) {
      throw RejectedRequest.malformed(rule);
    }
  }

  /** RFC 9110, section 5.6.2. */
  static boolean isTokenByte(int b) {
    return b > ' ' && b < 0x7f && "\"(),/:;<=>?@[\\]{}".indexOf(b) < 0;
  }
}
