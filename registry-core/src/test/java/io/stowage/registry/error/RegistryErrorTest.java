package io.stowage.registry.error;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.oci.UploadId;
import java.lang.reflect.Constructor;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every error there is, built by reflection, so that a new one is tested before it is used. */
final class RegistryErrorTest {
  private static final int LONG = 100_000;

  static Stream<Class<?>> errors() {
    return Arrays.stream(RegistryError.class.getPermittedSubclasses());
  }

  @ParameterizedTest
  @MethodSource("errors")
  void detail_ofEveryError_isJsonLikeData(Class<?> type) throws ReflectiveOperationException {
    assertJsonLike(sample(type, "text").detail());
  }

  @ParameterizedTest
  @MethodSource("errors")
  void detail_ofALongValue_repeatsABoundedPart(Class<?> type) throws ReflectiveOperationException {
    RegistryError error = sample(type, "x".repeat(LONG));

    assertThat(String.valueOf(error.detail())).hasSizeLessThan(4 * RegistryError.MAX_ECHO);
  }

  @ParameterizedTest
  @MethodSource("errors")
  void detail_cutWithinASurrogatePair_isStillText(Class<?> type)
      throws ReflectiveOperationException {
    for (int before = 0; before < 2; before++) {
      RegistryError error = sample(type, "x".repeat(before) + "\ud83d\ude00".repeat(LONG));
      String text = String.valueOf(error.detail());

      assertThat(StandardCharsets.UTF_8.newEncoder().canEncode(text)).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("errors")
  void message_ofEveryError_isASentenceForPeople(Class<?> type)
      throws ReflectiveOperationException {
    assertThat(sample(type, "text").message()).isNotBlank();
  }

  @Test
  void detail_ofAValueAtTheLimit_isWhole() {
    String atTheLimit = "x".repeat(RegistryError.MAX_ECHO);

    assertThat(new RegistryError.ManifestInvalid(atTheLimit).detail())
        .isEqualTo(Map.of("reason", atTheLimit));
    assertThat(new RegistryError.ManifestInvalid(atTheLimit + "y").detail())
        .isEqualTo(Map.of("reason", atTheLimit + "..."));
  }

  @Test
  void detail_ofATooLargeManifest_tellsTheSizeIfItIsKnown() {
    assertThat(new RegistryError.ManifestTooLarge(10, 11).detail())
        .isEqualTo(Map.of("limit", 10L, "size", 11L));
    assertThat(new RegistryError.ManifestTooLarge(10, -1).detail()).isEqualTo(Map.of("limit", 10L));
  }

  private static void assertJsonLike(@Nullable Object value) {
    switch (value) {
      case null -> {}
      case String _, Integer _, Long _ -> {}
      case List<?> list -> list.forEach(RegistryErrorTest::assertJsonLike);
      case Map<?, ?> map -> {
        assertThat(map.keySet()).allMatch(String.class::isInstance);
        map.values().forEach(RegistryErrorTest::assertJsonLike);
      }
      default -> throw new AssertionError("no JSON-like data: " + value.getClass());
    }
  }

  /** An instance whose strings, as far as they come from a client, are this text. */
  private static RegistryError sample(Class<?> type, String text)
      throws ReflectiveOperationException {
    Class<?>[] components =
        Arrays.stream(type.getRecordComponents())
            .map(component -> component.getType())
            .toArray(Class<?>[]::new);
    Constructor<?> constructor = type.getDeclaredConstructor(components);
    return (RegistryError)
        constructor.newInstance(
            Arrays.stream(components).map(component -> value(component, text)).toArray());
  }

  private static Object value(Class<?> type, String text) {
    if (type == String.class) {
      return text;
    } else if (type == long.class) {
      return Long.MAX_VALUE;
    } else if (type == Digest.class) {
      return new Digest(DigestAlgorithm.SHA512, "a".repeat(128));
    } else if (type == RepositoryName.class) {
      return new RepositoryName("a".repeat(255));
    } else if (type == Tag.class) {
      return new Tag("t".repeat(128));
    } else if (type == UploadId.class) {
      return UploadId.random();
    } else if (type == Duration.class) {
      return Duration.ofSeconds(1);
    } else if (type == List.class) {
      return List.of(new RegistryError.NeededRight("repository", text, "pull"));
    } else if (type == SortedSet.class) {
      return new TreeSet<>(List.of("GET", "PUT"));
    }
    throw new AssertionError("give a sample of " + type);
  }
}
