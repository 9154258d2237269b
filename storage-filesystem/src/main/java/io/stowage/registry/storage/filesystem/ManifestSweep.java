package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.storage.GarbageCollector.Order;
import io.stowage.registry.storage.ManifestFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Removes manifests that may go, unless somebody relies on one after all: then it stays, with all
 * that it keeps and names. A few go at a time, so that pushes into the repository wait for no more
 * than those.
 */
final class ManifestSweep {
  private static final int AT_ONCE = 64;

  private final Layout layout;
  private final Revisions revisions;
  private final FileManifestStore manifests;
  private final Durability durability;
  private final Locks locks;
  private final Reliance reliance;
  private final Meanwhile meanwhile;

  ManifestSweep(
      Layout layout,
      Revisions revisions,
      FileManifestStore manifests,
      Durability durability,
      Locks locks,
      Reliance reliance,
      Meanwhile meanwhile) {
    this.layout = layout;
    this.revisions = revisions;
    this.manifests = manifests;
    this.durability = durability;
    this.locks = locks;
    this.reliance = reliance;
    this.meanwhile = meanwhile;
  }

  /** Removes what may go of a repository. */
  void sweep(RepositoryWalk.Eligible eligible, Order order, CollectionReport report)
      throws IOException {
    RepositoryName repository = eligible.name();
    Map<Digest, Set<Digest>> contents = new HashMap<>();
    RemovalOrder removals = new RemovalOrder(graph(eligible, contents));
    List<Digest> next = removals.next(AT_ONCE);
    while (!next.isEmpty()) {
      List<Digest> going = new ArrayList<>(next);
      List<Digest> gone;
      durability.settle();
      try (var _ = locks.own(repository)) {
        for (Digest manifest : next) {
          if (going.contains(manifest) && isWanted(repository, manifest, order)) {
            Set<Digest> spared = removals.spare(manifest);
            going.removeAll(spared);
            keep(repository, spared, contents);
          }
        }
        gone = manifests.removeUntagged(repository, going);
      }
      removals.gone(going);
      report.manifestsDeleted(repository, gone);
      next = removals.next(AT_ONCE);
    }
  }

  /**
   * What the manifests keep, and what they name. If one of them can't be read any more, all of them
   * stay, and all that the repository has.
   */
  private KeepGraph graph(RepositoryWalk.Eligible eligible, Map<Digest, Set<Digest>> contents)
      throws IOException {
    RepositoryName repository = eligible.name();
    KeepGraph graph = new KeepGraph();
    List<Digest> unreadable = new ArrayList<>();
    PackedDigests.Batch read = batch -> read(repository, batch, graph, contents, unreadable);
    eligible.manifests().inBatches(AT_ONCE, read);
    if (unreadable.isEmpty()) {
      return graph;
    }
    keep(repository, graph.manifests(), contents);
    meanwhile.keep(repository, unreadable);
    eligible.links().inBatches(AT_ONCE, batch -> meanwhile.keep(repository, batch));
    return new KeepGraph();
  }

  /** Those that are gone altogether were deleted by clients, and are passed over. */
  private void read(
      RepositoryName repository,
      List<Digest> batch,
      KeepGraph graph,
      Map<Digest, Set<Digest>> contents,
      List<Digest> unreadable)
      throws IOException {
    for (Digest manifest : batch) {
      Path link = layout.revisionLink(repository, manifest);
      Optional<ManifestFacts> facts = revisions.inspect(link, manifest);
      if (facts.isPresent()) {
        graph.add(manifest, facts.get());
        contents.put(manifest, facts.get().contents());
        Link.alias(link, manifest).ifPresent(target -> graph.addAlias(manifest, target));
      } else if (Files.exists(link)) {
        unreadable.add(manifest);
      }
    }
  }

  private boolean isWanted(RepositoryName repository, Digest manifest, Order order)
      throws IOException {
    if (meanwhile.isKept(repository, manifest)) {
      return true;
    }
    try {
      Path link = layout.revisionLink(repository, manifest);
      return reliance.isReliedOn(
          repository, manifest, Files.getLastModifiedTime(link), order.grace());
    } catch (NoSuchFileException e) {
      return false; // deleted by a client
    }
  }

  private void keep(
      RepositoryName repository, Set<Digest> spared, Map<Digest, Set<Digest>> contents) {
    meanwhile.keep(repository, spared);
    for (Digest manifest : spared) {
      meanwhile.keep(repository, contents.getOrDefault(manifest, Set.of()));
    }
  }
}
