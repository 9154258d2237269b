package io.stowage.registry.server.http;

import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The body of one request between the event loop, which offers what arrives, and the exchange's
 * virtual thread, which takes it. Holds about as much as the {@link Budget} allows: {@link #offer}
 * tells the loop when to stop reading, and {@link Flow#resume} when to go on. Whatever is in here
 * is released exactly once, by {@link #next} or by {@link #close}.
 */
final class ExchangeBody implements RequestBody {
  /** What the body asks of its connection. Called on the virtual thread, but for the last one. */
  interface Flow {
    /** Bytes are wanted for the first time: tell a client that waits for a 100. */
    void begin();

    /** There is room again. */
    void resume();

    /** So many bytes are used up, or dropped. Called on any thread. */
    void consumed(int bytes);
  }

  private final Budget budget;
  private final Flow flow;
  private boolean begun; // virtual thread only, like current
  private @Nullable ByteBuf current;

  // Guarded by this.
  private final ArrayDeque<ByteBuf> waiting = new ArrayDeque<>(4);
  private int waitingBytes;
  private boolean ended;
  private boolean closed;
  private boolean paused;
  private boolean takerWaits;
  private long takerWaitsSince;
  private long waitedNanos;
  private @Nullable String failure;

  ExchangeBody(Budget budget, Flow flow) {
    this.budget = budget;
    this.flow = flow;
  }

  @Override
  public @Nullable ByteBuffer next() throws IOException {
    releaseCurrent();
    if (!begun) {
      begun = true;
      flow.begin();
    }
    ByteBuf chunk = take();
    current = chunk;
    return chunk == null ? null : chunk.nioBuffer();
  }

  /** Takes over a chunk. Answers whether the loop should go on reading. */
  synchronized boolean offer(ByteBuf chunk) {
    if (closed) {
      flow.consumed(chunk.readableBytes());
      chunk.release();
      return true;
    }
    ByteBuf fitting = fit(chunk);
    waiting.add(fitting);
    waitingBytes += fitting.readableBytes();
    budget.take(fitting.readableBytes());
    wakeTaker();
    // Once paused, only resuming ends it: in between the loop may still offer what it has read.
    paused |= waitingBytes > budget.perExchangeBytes();
    return !paused;
  }

  /** The last byte was offered. */
  synchronized void end() {
    ended = true;
    wakeTaker();
  }

  /** No more bytes will come; what waits here can still be taken. */
  synchronized void fail(String reason) {
    if (!ended && failure == null) {
      failure = reason;
      wakeTaker();
    }
  }

  /** How long the virtual thread has waited for bytes, since this was asked last. */
  synchronized long takeWaitedNanos(long now) {
    if (takerWaits) {
      countWaiting(now);
    }
    long waited = waitedNanos;
    waitedNanos = 0;
    return waited;
  }

  private synchronized void countWaiting(long now) {
    waitedNanos += Math.max(0, now - takerWaitsSince);
    takerWaitsSince = now;
  }

  /** The handler is done with the body: drops what waits and whatever comes. Virtual thread. */
  void close() {
    releaseCurrent();
    boolean resume;
    synchronized (this) {
      closed = true;
      waiting.forEach(this::release);
      waiting.clear();
      waitingBytes = 0;
      resume = paused;
      paused = false;
    }
    if (resume) {
      flow.resume();
    }
  }

  private @Nullable ByteBuf take() throws IOException {
    ByteBuf chunk;
    boolean resume;
    synchronized (this) {
      awaitChunk();
      chunk = waiting.poll();
      if (chunk == null) {
        return atEnd();
      }
      waitingBytes -= chunk.readableBytes();
      resume = paused && waitingBytes <= budget.perExchangeBytes() / 2;
      paused &= !resume;
    }
    if (resume) {
      flow.resume();
    }
    return chunk;
  }

  private synchronized @Nullable ByteBuf atEnd() throws ClientGoneException {
    if (ended) {
      return null;
    }
    throw new ClientGoneException(failure == null ? "the body is closed" : failure);
  }

  private synchronized void awaitChunk() throws InterruptedIOException {
    try {
      while (waiting.isEmpty() && !ended && !closed && failure == null) {
        if (!takerWaits) {
          takerWaits = true;
          takerWaitsSince = System.nanoTime();
        }
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException("interrupted while reading");
      interrupted.initCause(e);
      throw interrupted;
    } finally {
      if (takerWaits) {
        countWaiting(System.nanoTime());
        takerWaits = false;
      }
    }
  }

  private synchronized void wakeTaker() {
    if (takerWaits) {
      notifyAll();
    }
  }

  private void releaseCurrent() {
    ByteBuf chunk = current;
    if (chunk != null) {
      current = null;
      release(chunk);
    }
  }

  private void release(ByteBuf chunk) {
    int bytes = chunk.readableBytes();
    budget.giveBack(bytes);
    chunk.release();
    flow.consumed(bytes);
  }

  /** A small slice of a big receive buffer would keep all of it: copies those. */
  private static ByteBuf fit(ByteBuf chunk) {
    ByteBuf root = chunk;
    while (root.unwrap() != null) {
      root = root.unwrap();
    }
    if (chunk.readableBytes() * 4 >= root.capacity()) {
      return chunk;
    }
    try {
      return chunk.copy();
    } finally {
      chunk.release();
    }
  }
}
