package io.stowage.registry.server.metrics;

import java.io.IOException;

/** Takes how long actions took, those that failed included. Safe for use by any threads. */
@FunctionalInterface
interface StorageTimes {
  void took(StorageAction action, long nanos);

  /** Something that a storage does. */
  @FunctionalInterface
  interface Step<T> {
    T run() throws IOException;
  }

  /** Does it and takes its time. */
  default <T> T timed(StorageAction action, Step<T> step) throws IOException {
    long begun = System.nanoTime();
    try {
      return step.run();
    } finally {
      took(action, System.nanoTime() - begun);
    }
  }
}
