package io.stowage.registry.server.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import org.junit.jupiter.api.Test;

final class ManifestMemoryTest {
  private static final int LARGEST = 100;
  private static final long LIMIT = 10_000;

  private final ManifestMemory memory = new ManifestMemory(LIMIT, LARGEST);

  @Test
  void take_upToTheLimit_isGranted() {
    try (ManifestMemory.Share one = memory.share();
        ManifestMemory.Share other = memory.share()) {
      assertThatNoException().isThrownBy(() -> one.take(LIMIT / 2));
      assertThatNoException().isThrownBy(() -> other.take(LIMIT / 2));
    }
  }

  @Test
  void take_aboveTheLimit_isRefusedAndTakesNothing() {
    try (ManifestMemory.Share one = memory.share();
        ManifestMemory.Share other = memory.share()) {
      one.take(LIMIT - 10);

      RegistryException refusal =
          catchThrowableOfType(RegistryException.class, () -> other.take(11));

      assertThat(refusal.errors()).hasOnlyElementsOfType(RegistryError.Unavailable.class);
      assertThatNoException().isThrownBy(() -> other.take(10));
    }
  }

  @Test
  void close_ofAShare_givesAllOfItBack() {
    try (ManifestMemory.Share one = memory.share()) {
      one.take(LIMIT);
    }

    try (ManifestMemory.Share other = memory.share()) {
      assertThatNoException().isThrownBy(() -> other.take(LIMIT));
    }
  }

  @Test
  void limit_tooSmallForOne_stillHasRoomForTheLargestManifest() {
    ManifestMemory tiny = new ManifestMemory(1, LARGEST);

    try (ManifestMemory.Share only = tiny.share()) {
      assertThatNoException()
          .isThrownBy(
              () -> only.take(3L * LARGEST + (long) ManifestMemory.PARSING_FACTOR * LARGEST));
    }
  }
}
