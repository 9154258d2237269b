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
 * <p>An attempt belongs to its thread; threads that are started in it may block.
 */
public final class NonBlocking {
  private static final ScopedValue<Boolean> ATTEMPT = ScopedValue.newInstance();

  private NonBlocking() {}

  /**
   * Does this work, unless it would block.
   *
   * @return whether it was done; if not, it was given up where it would have blocked
   */
  public static boolean attempt(Runnable work) {
    try {
      ScopedValue.where(ATTEMPT, true).run(work);
      return true;
    } catch (WouldBlockException e) {
      return false;
    }
  }

  /**
   * To be called ahead of what may block: waiting for somebody else, a costly computation, reading
   * much of a file.
   *
   * @throws WouldBlockException if this thread {@linkplain #attempt attempts} something
   */
  public static void beforeBlocking() {
    if (ATTEMPT.isBound()) {
      throw new WouldBlockException();
    }
  }
}
