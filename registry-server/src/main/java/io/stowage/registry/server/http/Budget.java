package io.stowage.registry.server.http;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of the unread request bodies, and of responses on their way, may wait in memory. One
 * exchange alone may hold {@value #MAX_PER_EXCHANGE} bytes; once all of them together hold the soft
 * limit each may hold only {@value #SCARCE_PER_EXCHANGE}, and at one and a half times that limit
 * nobody reads on before its own bytes are used up. A response that passes memory goes in pieces of
 * {@value #PIECE_BYTES} bytes; while those that are not sent yet come to an eighth of the memory,
 * new ones are as small as {@value #SCARCE_PIECE_BYTES}. Safe for use by many threads.
 */
final class Budget {
  static final int MAX_PER_EXCHANGE = 256 * 1024;
  static final int SCARCE_PER_EXCHANGE = 32 * 1024;

  /**
   * One piece of a response: fifteen full records of TLS, which fit encrypted into a buffer of 256
   * KiB. A download of 300 MB costs the server a third less than in pieces of 64 KiB.
   */
  static final int PIECE_BYTES = 15 * 16 * 1024;

  static final int SCARCE_PIECE_BYTES = 64 * 1024;
  private static final int SCARCE_READ = 16 * 1024;
  private static final int MIN_READ = 4 * 1024;

  private final long softLimit;
  private final long hardLimit;
  private final long promiseLimit;
  private final long sendingLimit;
  private final AtomicLong held = new AtomicLong();
  private final AtomicLong promised = new AtomicLong();
  private final AtomicLong sending = new AtomicLong();

  /** A budget for a process that may use this many bytes outside of its heap. */
  Budget(long directMemoryBytes) {
    softLimit = directMemoryBytes / 2;
    hardLimit = directMemoryBytes / 4 * 3;
    promiseLimit = directMemoryBytes / 4;
    sendingLimit = directMemoryBytes / 8;
  }

  void take(int bytes) {
    held.addAndGet(bytes);
  }

  void giveBack(int bytes) {
    held.addAndGet(-bytes);
  }

  /**
   * Sets room aside for bytes that a peer may then send whenever it likes. False if all such
   * promises together would come to more than half of the soft limit.
   */
  boolean promise(int bytes) {
    if (promised.addAndGet(bytes) <= promiseLimit) {
      return true;
    }
    promised.addAndGet(-bytes);
    return false;
  }

  /** A peer cannot send any more what it was promised. */
  void endPromise(int bytes) {
    promised.addAndGet(-bytes);
  }

  /** How many bytes wait in all exchanges. */
  long heldBytes() {
    return held.get();
  }

  /** At how many waiting bytes an exchange stops reading. */
  int perExchangeBytes() {
    long now = held.get();
    if (now < softLimit) {
      return MAX_PER_EXCHANGE;
    }
    return now < hardLimit ? SCARCE_PER_EXCHANGE : 1;
  }

  /** How many bytes one read from a socket may ask for. */
  int perReadBytes() {
    long now = held.get();
    if (now < softLimit) {
      return MAX_PER_EXCHANGE;
    }
    return now < hardLimit ? SCARCE_READ : MIN_READ;
  }

  /** How many bytes the next piece of a response may have. */
  int perPieceBytes() {
    return sending.get() < sendingLimit ? PIECE_BYTES : SCARCE_PIECE_BYTES;
  }

  /** A piece of a response is in memory until it is sent. */
  void beginSending(int bytes) {
    sending.addAndGet(bytes);
  }

  /** It was sent, or never will be. */
  void endSending(int bytes) {
    sending.addAndGet(-bytes);
  }
}
