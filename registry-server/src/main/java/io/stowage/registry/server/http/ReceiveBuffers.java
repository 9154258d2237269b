package io.stowage.registry.server.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.DefaultMaxMessagesRecvByteBufAllocator;

/**
 * Sizes the buffer of each socket read: small for requests without a body, four times larger after
 * each read that filled it, so that an upload moves {@value Budget#MAX_PER_EXCHANGE} bytes at a
 * time, and smaller after reads that used less than a quarter. Never more than the {@link Budget}
 * allows.
 */
final class ReceiveBuffers extends DefaultMaxMessagesRecvByteBufAllocator {
  private static final int SMALLEST = 2 * 1024;
  private static final int STEP = 4;

  private final Budget budget;

  ReceiveBuffers(Budget budget) {
    this.budget = budget;
  }

  @Override
  @SuppressWarnings("deprecation") // the interface still returns the old handle type
  public Handle newHandle() {
    return new Size();
  }

  private final class Size extends MaxMessageHandle {
    private int next = SMALLEST;

    @Override
    public int guess() {
      return Math.min(next, budget.perReadBytes());
    }

    @Override
    public ByteBuf allocate(ByteBufAllocator allocator) {
      int size = guess();
      return allocator.ioBuffer(size, size);
    }

    @Override
    public void lastBytesRead(int bytes) {
      int asked = attemptedBytesRead();
      if (bytes == asked) {
        next = Math.min(asked * STEP, Budget.MAX_PER_EXCHANGE);
      } else if (bytes > 0 && bytes < next / STEP) {
        next = Math.max(next / STEP, SMALLEST);
      }
      super.lastBytesRead(bytes);
    }
  }
}
