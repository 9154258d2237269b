package io.stowage.registry.notifications;

import java.time.Duration;

/** Wakes a thread that waits for work; also one that only begins to wait after it was rung. */
final class Bell {
  private boolean rung;

  synchronized void ring() {
    rung = true;
    notifyAll();
  }

  /** Waits until it is rung, but no longer than this. */
  synchronized void await(Duration atMost) throws InterruptedException {
    long deadline = System.nanoTime() + atMost.toNanos();
    for (long rest = atMost.toNanos(); !rung && rest > 0; rest = deadline - System.nanoTime()) {
      wait(rest / 1_000_000, (int) (rest % 1_000_000));
    }
    rung = false;
  }
}
