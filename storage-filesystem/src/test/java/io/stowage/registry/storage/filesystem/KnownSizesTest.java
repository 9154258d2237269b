package io.stowage.registry.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.testkit.Pushes;
import io.stowage.registry.testkit.TestManifest;
import org.junit.jupiter.api.Test;

class KnownSizesTest {
  private static final Digest BLOB = Pushes.digestOf(Pushes.bytes("a blob"));

  private final KnownSizes sizes = new KnownSizes();

  private void named(long size) {
    sizes.named(TestManifest.of("image").withBlob(BLOB, size).facts());
  }

  @Test
  void named_nobodyIsCertain_countsUntilAnotherNamesIt() {
    assertThat(sizes.contradict(BLOB, 3)).isFalse();
    named(6);
    assertThat(sizes.contradict(BLOB, 6)).isFalse();
    named(3);
    assertThat(sizes.contradict(BLOB, 6)).isTrue();
  }

  @Test
  void named_somebodyIsCertain_changesNothing() {
    named(3);
    sizes.certain(BLOB, 6);

    named(3); // or a file that was cut to 3 bytes would look whole

    assertThat(sizes.contradict(BLOB, 6)).isFalse();
    assertThat(sizes.contradict(BLOB, 3)).isTrue();
  }
}
