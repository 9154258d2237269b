package io.stowage.registry.auth.htpasswd;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import java.io.Closeable;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs costly checks on a few threads, so that any number of logins leaves processors for other
 * requests. Equal logins that come while one of them is checked or waits share its outcome. Who
 * finds the queue full is turned away. Safe for use by any number of threads.
 */
final class CheckPool implements Closeable {
  private static final Duration RETRY_AFTER = Duration.ofSeconds(2);
  private static final Duration IDLE = Duration.ofSeconds(30);

  private final ThreadPoolExecutor threads;
  private final ConcurrentMap<LoginKey, FutureTask<Boolean>> running = new ConcurrentHashMap<>();

  /**
   * @param workers how many checks run at once
   * @param maxWaiting how many different ones may wait besides
   */
  CheckPool(int workers, int maxWaiting) {
    threads =
        new ThreadPoolExecutor(
            workers,
            workers,
            IDLE.toMillis(),
            TimeUnit.MILLISECONDS,
            new ArrayBlockingQueue<>(maxWaiting),
            Thread.ofPlatform().name("password-check-", 1).daemon().factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * The outcome of this check, or of an equal one that is under way. The caller waits.
   *
   * @throws RegistryException with {@code TooManyRequests} if too many others wait, with {@code
   *     Unavailable} if the pool is closed or the waiting thread is interrupted
   */
  boolean check(LoginKey login, Callable<Boolean> check) {
    FutureTask<Boolean> mine = task(login, check);
    FutureTask<Boolean> other = running.putIfAbsent(login, mine);
    if (other != null) {
      return outcome(other);
    }
    try {
      threads.execute(mine);
    } catch (RejectedExecutionException _) {
      mine.cancel(false); // others may wait for it already
    }
    return outcome(mine);
  }

  /** How many checks wait for a thread. */
  int waiting() {
    return threads.getQueue().size();
  }

  /** Nobody joins a check that has its outcome, nor one that was called off. */
  private FutureTask<Boolean> task(LoginKey login, Callable<Boolean> check) {
    Callable<Boolean> checkAndLeave =
        () -> {
          try {
            return check.call();
          } finally {
            running.remove(login);
          }
        };
    return new FutureTask<>(checkAndLeave) {
      @Override
      protected void done() {
        running.remove(login, this);
      }
    };
  }

  private boolean outcome(FutureTask<Boolean> task) {
    try {
      return task.get();
    } catch (CancellationException _) {
      throw threads.isShutdown()
          ? stopping()
          : new RegistryException(
              new RegistryError.TooManyRequests("too many password checks wait", RETRY_AFTER));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw stopping();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a password could not be checked", e.getCause());
    }
  }

  private static RegistryException stopping() {
    return new RegistryException(
        new RegistryError.Unavailable("the server is stopping", RETRY_AFTER));
  }

  /** Turns away all who wait. Checks that run already come to their end, unnoticed. */
  @Override
  public void close() {
    threads.shutdownNow();
    running.values().forEach(task -> task.cancel(false));
  }
}
