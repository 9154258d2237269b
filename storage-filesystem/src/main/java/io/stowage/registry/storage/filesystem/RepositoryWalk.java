package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.storage.GarbageCollector.Finding;
import io.stowage.registry.storage.GarbageCollector.Order;
import io.stowage.registry.storage.ManifestFacts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One repository, gone through to tell what stays of it from what may go. What stays is marked for
 * all repositories: their bytes are shared.
 *
 * <p>What the repository holds is that of its {@linkplain RepositoryCut cut}. What has disappeared
 * since counts as if it were still there: it may be put back, and the next collection comes.
 */
final class RepositoryWalk {
  /** What may go of a repository. */
  record Eligible(RepositoryName name, PackedDigests manifests, PackedDigests links) {}

  private final RepositoryName name;
  private final Path folder;
  private final RepositoryCut cut;
  private final Revisions revisions;
  private final Reliance reliance;
  private final Order order;
  private final DigestSet marked;
  private final CollectionReport report;

  /** What the repository's own manifests name. */
  private final DigestSet named = new DigestSet();

  /** Whether a manifest could not be read, which may name anything. */
  private boolean doubtful;

  RepositoryWalk(
      RepositoryName name,
      Path folder,
      RepositoryCut cut,
      Revisions revisions,
      Reliance reliance,
      Order order,
      DigestSet marked,
      CollectionReport report) {
    this.name = name;
    this.folder = folder;
    this.cut = cut;
    this.revisions = revisions;
    this.reliance = reliance;
    this.order = order;
    this.marked = marked;
    this.report = report;
  }

  /**
   * Marks what stays.
   *
   * @return what may go
   * @throws IOException if the repository can't be read: it is not known what it holds
   */
  Eligible walk() throws IOException {
    report.found(new Finding.Repository(name));
    Set<Digest> kept = keptManifests();
    for (Digest manifest : kept) {
      keepManifest(manifest);
    }
    Set<Digest> others = new LinkedHashSet<>(cut.manifests());
    others.removeAll(kept);
    if (doubtful) {
      for (Digest manifest : others) {
        keepManifest(manifest);
      }
      others.clear();
    }
    PackedDigests links = walkLinks();
    return new Eligible(name, tell(others), links);
  }

  // --- manifests

  private Set<Digest> keptManifests() throws IOException {
    Set<Digest> all = new LinkedHashSet<>(cut.manifests());
    if (!order.untagged() || all.isEmpty()) {
      return all;
    }
    if (cut.tags() == 0) {
      report.found(new Finding.TagsMissing(name));
    }
    for (Path link : cut.damagedTags()) {
      report.undecided(
          "%s: the tag %s can't be read; all manifests of the repository stay"
              .formatted(name, Layout.nameOf(Layout.folderOf(Layout.folderOf(link)))));
    }
    Optional<KeepGraph> graph = cut.damagedTags().isEmpty() ? graph() : Optional.empty();
    return graph.isEmpty() ? all : reached(graph.get());
  }

  /** What keeps what; empty if a manifest can't be read, of which more is told when it is kept. */
  private Optional<KeepGraph> graph() {
    KeepGraph graph = new KeepGraph();
    for (Digest manifest : cut.manifests()) {
      try {
        Optional<ManifestFacts> facts = revisions.inspect(revision(manifest), manifest);
        if (facts.isEmpty()) {
          return Optional.empty();
        }
        graph.add(manifest, facts.get());
        Link.alias(revision(manifest), manifest).ifPresent(t -> graph.addAlias(manifest, t));
      } catch (IOException e) {
        return Optional.empty();
      }
    }
    return Optional.of(graph);
  }

  private Set<Digest> reached(KeepGraph graph) throws IOException {
    Set<Digest> roots = new LinkedHashSet<>(cut.tagged());
    for (Digest manifest : cut.manifests()) {
      if (isReliedOn(revision(manifest), manifest)) {
        roots.add(manifest);
      }
    }
    return graph.reach(roots);
  }

  private void keepManifest(Digest manifest) throws IOException {
    report.found(new Finding.ManifestKept(name, manifest));
    marked.add(manifest);
    Link.alias(revision(manifest), manifest).ifPresent(marked::add);
    String problem = "it is missing, damaged, or of a kind that is not known";
    Optional<ManifestFacts> facts = Optional.empty();
    try {
      facts = revisions.inspect(revision(manifest), manifest);
    } catch (IOException e) {
      problem = e.toString();
    }
    if (facts.isEmpty()) {
      doubtful = true;
      report.undecided(
          "%s: the manifest %s can't be read; the repository loses nothing: %s"
              .formatted(name, manifest, problem));
      return;
    }
    for (Digest content : facts.get().contents()) {
      named.add(content);
      keepBlob(content);
    }
  }

  private void keepBlob(Digest blob) {
    if (marked.add(blob)) {
      report.found(new Finding.BlobKept(name, blob));
    }
  }

  private PackedDigests tell(Set<Digest> eligible) throws IOException {
    Map<Digest, List<Tag>> former = TagHistory.read(Layout.tagsIn(folder), eligible);
    PackedDigests packed = new PackedDigests();
    for (Digest manifest : eligible) {
      packed.add(manifest);
      report.found(
          new Finding.ManifestEligible(name, manifest, former.getOrDefault(manifest, List.of())));
    }
    return packed;
  }

  // --- links

  private PackedDigests walkLinks() throws IOException {
    PackedDigests eligible = new PackedDigests();
    for (Digest layer : cut.layers()) {
      Path link = Layout.linkIn(Layout.layersIn(folder), layer);
      if (doubtful || named.contains(layer) || isReliedOn(link, layer)) {
        keepBlob(layer);
        Optional<Digest> target = Link.alias(link, layer);
        target.ifPresent(named::add); // so that its own link stays too
        target.ifPresent(this::keepBlob);
      } else {
        eligible.add(layer);
      }
    }
    return eligible;
  }

  private Path revision(Digest manifest) {
    return Layout.linkIn(Layout.revisionsIn(folder), manifest);
  }

  private boolean isReliedOn(Path link, Digest digest) throws IOException {
    try {
      return reliance.isReliedOn(name, digest, Files.getLastModifiedTime(link), order.grace());
    } catch (NoSuchFileException e) {
      return true;
    }
  }
}
