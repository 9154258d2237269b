package io.stowage.registry.thread;

/**
 * Lets a thread that serves many clients try work for one of them. What may block for long says so
 * {@linkplain #beforeBlocking before} it does, and where that isn't wanted the attempt ends there,
 * to be made anew by a thread that may block. So work that can be attempted changes nothing before
 * the last thing in it that may block.
 *
 * <p>Short reads of files, and of what is about them, don't count as blocking: they mostly come
 * from memory, and whoever attempts something has to expect that now and then they don't.
 *
 * <p>An attempt belongs to its thread. Virtual threads may always block.
 */
public final class NonBlocking {
  private static final ThreadLocal<Boolean> ATTEMPTING = new ThreadLocal<>();

  private NonBlocking() {}

  /**
   * Does this work, unless it would block.
   *
   * @return whether it was done; if not, it was given up where it would have blocked
   */
  public static boolean attempt(Runnable work) {
    ATTEMPTING.set(true);
    try {
      work.run();
      return true;
    } catch (WouldBlockException e) {
      return false;
    } finally {
      ATTEMPTING.remove();
    }
  }

  /**
   * To be called ahead of what may block: waiting for somebody else, a costly computation, reading
   * much of a file.
   *
   * @throws WouldBlockException if this thread {@linkplain #attempt attempts} something
   */
  public static void beforeBlocking() {
    if (!Thread.currentThread().isVirtual() && ATTEMPTING.get() != null) {
      throw new WouldBlockException();
    }
  }
}
