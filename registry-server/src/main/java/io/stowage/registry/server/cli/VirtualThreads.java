package io.stowage.registry.server.cli;

/**
 * Sizes the scheduler of virtual threads. Reading and writing files holds a carrier thread on JDK
 * 25, so with as many carriers as CPUs a few uploads stall everybody; measured, see the decision
 * record on threads in {@code docs/decisions}.
 */
final class VirtualThreads {
  private static final String PARALLELISM = "jdk.virtualThreadScheduler.parallelism";
  private static final int PER_CPU = 4;
  private static final int AT_LEAST = 16;

  private VirtualThreads() {}

  /** To be called before the first virtual thread is made. What the user set stays. */
  static void tune() {
    if (System.getProperty(PARALLELISM) == null) {
      int carriers = Math.max(AT_LEAST, PER_CPU * Runtime.getRuntime().availableProcessors());
      System.setProperty(PARALLELISM, Integer.toString(carriers));
    }
  }
}
