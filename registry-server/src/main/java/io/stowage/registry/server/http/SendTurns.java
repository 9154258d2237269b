package io.stowage.registry.server.http;

import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * Whose turn it is on a connection that many responses share: only so many parts are made at a
 * time, and only for streams whose client takes them. So what a connection holds on its way out is
 * bounded, whatever its client does not read. Event loop only.
 */
final class SendTurns {
  private static final int AT_A_TIME = 4;

  private final ArrayDeque<SessionStream> waiting = new ArrayDeque<>();
  private int taken;

  /** Has a stream wait for its turn. */
  void await(SessionStream stream) {
    waiting.add(stream);
    advance();
  }

  /** A stream has used its turn. */
  void done() {
    taken--;
    advance();
  }

  /** A stream waits no more. */
  void leave(SessionStream stream) {
    waiting.remove(stream);
  }

  /** Gives turns to those that wait and can send, first come, first served. */
  void advance() {
    Iterator<SessionStream> each = waiting.iterator();
    while (taken < AT_A_TIME && each.hasNext()) {
      SessionStream stream = each.next();
      if (stream.isWritable()) {
        each.remove();
        taken++;
        stream.takeTurn();
      }
    }
  }
}
