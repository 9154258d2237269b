package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.storage.ManifestFacts;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which manifests of one repository keep which others: an index its children, a subject its
 * referrers, and an alias and what it stands for each other. There may be circles: an index that
 * names a grandparent of its own subject.
 */
final class KeepGraph {
  private final Set<Digest> manifests = new LinkedHashSet<>();
  private final Map<Digest, List<Digest>> keeps = new HashMap<>();

  /** Adds a manifest, by what it says. */
  void add(Digest manifest, ManifestFacts facts) {
    manifests.add(manifest);
    facts.manifests().forEach(child -> keep(manifest, child.digest()));
    Digest subject = facts.subject();
    if (subject != null) {
      keep(subject, manifest);
    }
  }

  /** Notes that a manifest is linked by two digests. */
  void addAlias(Digest alias, Digest target) {
    keep(alias, target);
    keep(target, alias);
  }

  private void keep(Digest keeper, Digest kept) {
    keeps.computeIfAbsent(keeper, k -> new ArrayList<>()).add(kept);
  }

  /** All that was added, in that order. */
  Set<Digest> manifests() {
    return manifests;
  }

  /** The manifests that this one keeps by itself. */
  List<Digest> keptBy(Digest manifest) {
    return keeps.getOrDefault(manifest, List.of()).stream().filter(manifests::contains).toList();
  }

  /** These manifests, as far as they were added, and all that they keep in the end. */
  Set<Digest> reach(Collection<Digest> roots) {
    Set<Digest> reached = new LinkedHashSet<>();
    Deque<Digest> open = new ArrayDeque<>(roots);
    while (!open.isEmpty()) {
      Digest next = open.pop();
      if (manifests.contains(next) && reached.add(next)) {
        open.addAll(keptBy(next));
      }
    }
    return reached;
  }
}
