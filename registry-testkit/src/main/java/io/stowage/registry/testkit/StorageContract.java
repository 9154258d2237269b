package io.stowage.registry.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * The common part of the contract suites. A store runs a suite by extending it and saying how to
 * open an empty storage whose manifests are {@link TestManifest}s.
 */
public abstract class StorageContract {
  protected static final RepositoryName APP = new RepositoryName("library/app");
  protected static final RepositoryName OTHER = new RepositoryName("library/other");

  protected Storage storage;

  /** Opens an empty storage that reads manifests by {@link TestManifest#READER}. */
  protected abstract Storage openStorage() throws IOException;

  @BeforeEach
  final void openEmptyStorage() throws IOException {
    storage = openStorage();
  }

  @AfterEach
  final void closeStorage() throws IOException {
    storage.close();
  }

  /** The errors with which an action is refused. */
  protected static List<RegistryError> errorsOf(ThrowingCallable action) {
    RegistryException refused = catchThrowableOfType(RegistryException.class, action);
    assertThat(refused).as("the refusal").isNotNull();
    return refused.errors();
  }

  /** Does all of it at the same time, and gives the results in the order of the actions. */
  protected static <T> List<T> atOnce(List<Callable<T>> actions)
      throws InterruptedException, ExecutionException {
    CountDownLatch start = new CountDownLatch(actions.size());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<T>> running = new ArrayList<>();
      for (Callable<T> action : actions) {
        running.add(
            threads.submit(
                () -> {
                  start.countDown();
                  start.await();
                  return action.call();
                }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> result : running) {
        results.add(result.get());
      }
      return results;
    }
  }
}
