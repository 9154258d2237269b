package io.stowage.registry.storage.filesystem;

import static org.assertj.core.api.Assertions.assertThat;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.testkit.TestManifest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** Manifests in generated families: who keeps whom, and who goes when. */
class RemovalOrderTest {
  /** Manifests that name and refer to earlier ones at random. */
  private static List<TestManifest> family(Random random, int size) {
    List<TestManifest> family = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      TestManifest manifest = TestManifest.of("manifest " + i);
      for (int children = random.nextInt(3); i > 0 && children > 0; children--) {
        manifest = manifest.withManifest(family.get(random.nextInt(i)));
      }
      if (i > 0 && random.nextInt(4) == 0) {
        manifest = manifest.withSubject(family.get(random.nextInt(i)).digest());
      }
      family.add(manifest);
    }
    return family;
  }

  private static KeepGraph graph(List<TestManifest> family) {
    KeepGraph graph = new KeepGraph();
    family.forEach(manifest -> graph.add(manifest.digest(), manifest.facts()));
    return graph;
  }

  @Property(tries = 200)
  void next_anyFamily_removesAllAndNoKeptOneBeforeItsKeeper(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int size) {
    KeepGraph graph = graph(family(new Random(seed), size));
    RemovalOrder order = new RemovalOrder(graph);
    Set<Digest> gone = new HashSet<>();

    for (List<Digest> next = order.next(3); !next.isEmpty(); next = order.next(3)) {
      gone.addAll(next);
      order.gone(next);
      for (Digest keeper : graph.manifests()) {
        if (!gone.contains(keeper)) {
          assertThat(graph.keptBy(keeper)).noneMatch(gone::contains);
        }
      }
    }

    assertThat(gone).isEqualTo(graph.manifests());
  }

  @Property(tries = 200)
  void spare_anyOne_leavesAllThatItKeeps(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int size) {
    Random random = new Random(seed);
    KeepGraph graph = graph(family(random, size));
    RemovalOrder order = new RemovalOrder(graph);
    Set<Digest> gone = new HashSet<>();
    Set<Digest> spared = new HashSet<>();

    for (List<Digest> next = order.next(3); !next.isEmpty(); next = order.next(3)) {
      List<Digest> going = new ArrayList<>(next);
      for (Digest digest : next) {
        if (going.contains(digest) && random.nextInt(5) == 0) {
          Set<Digest> kept = order.spare(digest);
          going.removeAll(kept);
          spared.addAll(kept);
        }
      }
      gone.addAll(going);
      order.gone(going);
    }

    assertThat(spared).noneMatch(gone::contains);
    assertThat(gone).hasSize(size - spared.size());
    assertThat(graph.reach(spared)).isEqualTo(spared);
  }
}
