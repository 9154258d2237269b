package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The order in which manifests go: each one after all that keep it. So if one must stay after all,
 * everything that it keeps is still there to stay with it.
 */
final class RemovalOrder {
  private final KeepGraph graph;
  private final Set<Digest> left;

  /** How many of those that are left keep this one. */
  private final Map<Digest, Integer> keepers = new HashMap<>();

  private final Deque<Digest> ready = new ArrayDeque<>();

  /** An order of all manifests in a graph. */
  RemovalOrder(KeepGraph graph) {
    this.graph = graph;
    this.left = new LinkedHashSet<>(graph.manifests());
    left.forEach(
        keeper -> graph.keptBy(keeper).forEach(kept -> keepers.merge(kept, 1, Integer::sum)));
    left.stream().filter(manifest -> !keepers.containsKey(manifest)).forEach(ready::add);
  }

  /**
   * The next ones to go, at most so many; none if nothing is left. Those of a circle go together,
   * however many.
   */
  List<Digest> next(int most) {
    List<Digest> next = new ArrayList<>();
    while (next.size() < most && !ready.isEmpty()) {
      Digest digest = ready.pop();
      if (left.contains(digest)) {
        next.add(digest);
      }
    }
    return next.isEmpty() ? List.copyOf(left) : next;
  }

  /** These have gone. */
  void gone(List<Digest> digests) {
    for (Digest digest : digests) {
      left.remove(digest);
      for (Digest kept : graph.keptBy(digest)) {
        int keeping = Objects.requireNonNull(keepers.merge(kept, -1, Integer::sum));
        if (keeping == 0) {
          ready.add(kept);
        }
      }
    }
  }

  /** This one stays, and with it all that it keeps: those are told, and are not asked for again. */
  Set<Digest> spare(Digest digest) {
    Set<Digest> spared = graph.reach(List.of(digest));
    spared.retainAll(left);
    left.removeAll(spared);
    return spared;
  }
}
