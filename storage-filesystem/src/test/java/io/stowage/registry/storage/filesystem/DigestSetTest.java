package io.stowage.registry.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.DigestVerifier;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.testkit.Pushes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Digests in little memory. */
class DigestSetTest {
  private static final byte[] BYTES = Pushes.bytes("bytes");

  @Property(tries = 50)
  void add_anyDigests_knowsThemAndNoOthers(@ForAll @IntRange(max = 5000) int size)
      throws IOException {
    DigestSet set = new DigestSet();
    PackedDigests packed = new PackedDigests();
    List<Digest> added = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      Digest digest = Pushes.digestOf(Pushes.bytes("added " + i));
      assertThat(set.add(digest)).isTrue();
      assertThat(set.add(digest)).isFalse();
      packed.add(digest);
      added.add(digest);
    }

    assertThat(set.size()).isEqualTo(size);
    assertThat(added).allMatch(set::contains);
    assertThat(set.contains(Pushes.digestOf(Pushes.bytes("another")))).isFalse();
    List<Digest> unpacked = new ArrayList<>();
    packed.inBatches(7, unpacked::addAll);
    assertThat(unpacked).isEqualTo(added);
  }

  @Example
  void add_inOneRepository_saysNothingOfAnother() {
    DigestSet set = new DigestSet();
    Digest digest = Pushes.digestOf(BYTES);
    set.add(new RepositoryName("a"), digest);

    assertThat(set.contains(new RepositoryName("a"), digest)).isTrue();
    assertThat(set.contains(new RepositoryName("b"), digest)).isFalse();
    assertThat(set.contains(digest)).isFalse();
  }

  @Example
  void packed_bothAlgorithms_areKeptApart() throws IOException {
    PackedDigests packed = new PackedDigests();
    List<Digest> digests = new ArrayList<>();
    for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
      digests.add(DigestVerifier.digestOf(algorithm, BYTES));
      packed.add(DigestVerifier.digestOf(algorithm, BYTES));
    }

    List<Digest> unpacked = new ArrayList<>();
    packed.inBatches(10, unpacked::addAll);

    assertThat(unpacked).isEqualTo(digests);
  }
}
