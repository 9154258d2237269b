package io.stowage.registry.server.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.access.Authentication;
import io.stowage.registry.access.Identity;
import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.UploadId;
import io.stowage.registry.server.http.Headers;
import io.stowage.registry.server.route.Method;
import io.stowage.registry.server.route.Query;
import io.stowage.registry.storage.UploadSession;
import io.stowage.registry.storage.Uploads;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("RE-8: what a user left before a restart counts, also if looking for it fails")
class OpenUploadsTest {
  private static final String USER = "alice";
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  /** Uploads of an earlier process, of which one is told before the search fails. */
  private record Left(UploadId told, Throwable failure) implements Uploads {
    @Override
    public UploadSession start(RepositoryName repository, UploadId id, DigestAlgorithm algorithm) {
      throw new UnsupportedOperationException("nobody asks for it");
    }

    @Override
    public UploadSession open(RepositoryName repository, UploadId id) {
      throw new UnsupportedOperationException("nobody asks for it");
    }

    @Override
    public long size(RepositoryName repository, UploadId id) {
      throw new UnsupportedOperationException("nobody asks for it");
    }

    @Override
    public void cancel(RepositoryName repository, UploadId id) {
      throw new UnsupportedOperationException("nobody asks for it");
    }

    @Override
    public int sweep(Duration idle) {
      throw new UnsupportedOperationException("nobody asks for it");
    }

    @Override
    public int countAbandoned(Duration idle) {
      throw new UnsupportedOperationException("nobody asks for it");
    }

    @Override
    public void each(Consumer<UploadId> visitor) throws IOException {
      visitor.accept(told);
      switch (failure) {
        case IOException exception -> throw exception;
        case RuntimeException exception -> throw exception;
        case Error error -> throw error;
        default -> throw new IllegalArgumentException(failure);
      }
    }

    @Override
    public void whenEnded(Consumer<UploadId> listener) {}
  }

  static List<Throwable> failures() {
    return List.of(
        new IOException("on purpose"),
        new IllegalStateException("on purpose"),
        new StackOverflowError("on purpose"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void begin_afterASearchThatFailed_countsWhatWasFound(Throwable failure) {
    OpenUploads open = new OpenUploads(new Left(UploadId.randomOf(USER), failure));

    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (begins(open)) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
  }

  /** Whether a user who may have one upload may begin one, which ends at once. */
  private static boolean begins(OpenUploads open) {
    Exchange exchange =
        new Exchange(
            Requests.put(Headers.EMPTY, OptionalLong.of(0)),
            Method.POST,
            Query.parse(""),
            Authentication.of(new Identity(USER)),
            new RequestLimits(1, 1, 1));
    UploadId id = UploadId.randomOf(USER);
    try {
      open.begin(exchange, id);
    } catch (RegistryException refused) {
      assertThat(refused.errors()).hasOnlyElementsOfType(RegistryError.TooManyRequests.class);
      return false;
    }
    open.ended(id);
    return true;
  }
}
