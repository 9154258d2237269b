package io.stowage.registry.testkit;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.storage.GarbageCollector.Finding;
import io.stowage.registry.storage.GarbageCollector.Listener;
import io.stowage.registry.storage.GarbageCollector.Order;
import io.stowage.registry.storage.GarbageCollector.Outcome;
import io.stowage.registry.storage.ManifestFacts;
import io.stowage.registry.testkit.MemoryStorage.Content;
import io.stowage.registry.testkit.MemoryStorage.Entry;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/** One collection of a {@link MemoryStorage}, whose lock the caller holds from end to end. */
final class MemoryCollector {
  private final SortedMap<RepositoryName, Content> contents;
  private final Map<Digest, Integer> stored;
  private final Instant now;
  private final Order order;
  private final Listener listener;

  private final Set<Digest> marked = new LinkedHashSet<>();
  private final Map<RepositoryName, List<Digest>> manifests = new HashMap<>();
  private final Map<RepositoryName, List<Digest>> links = new HashMap<>();
  private long manifestsDeleted;
  private long linksDeleted;
  private long blobsDeleted;
  private long freedBytes;

  MemoryCollector(
      SortedMap<RepositoryName, Content> contents,
      Map<Digest, Integer> stored,
      Instant now,
      Order order,
      Listener listener) {
    this.contents = contents;
    this.stored = stored;
    this.now = now;
    this.order = order;
    this.listener = listener;
  }

  Outcome collect() throws IOException {
    for (RepositoryName name : contents.keySet()) {
      mark(name, content(name));
    }
    List<Digest> blobs = stored.keySet().stream().filter(d -> !marked.contains(d)).toList();
    long eligible = manifests.values().stream().mapToLong(List::size).sum();
    listener.found(new Finding.Counted(marked.size(), blobs.size(), eligible));
    for (RepositoryName name : contents.keySet()) {
      deleteManifests(name, content(name));
    }
    for (RepositoryName name : contents.keySet()) {
      deleteLinks(name, content(name));
    }
    for (Digest digest : blobs) {
      deleteBlob(digest);
    }
    return new Outcome(manifestsDeleted, linksDeleted, blobsDeleted, freedBytes, 0);
  }

  private Content content(RepositoryName name) {
    return Optional.ofNullable(contents.get(name)).orElseThrow();
  }

  private void mark(RepositoryName name, Content content) throws IOException {
    if (content.manifests.isEmpty() && content.blobs.isEmpty()) {
      return;
    }
    listener.found(new Finding.Repository(name));
    Set<Digest> kept = order.untagged() ? reached(content) : content.manifests.keySet();
    if (order.untagged() && content.tags.isEmpty() && !content.manifests.isEmpty()) {
      listener.found(new Finding.TagsMissing(name));
    }
    Set<Digest> named = new LinkedHashSet<>();
    for (Digest digest : kept) {
      listener.found(new Finding.ManifestKept(name, digest));
      marked.add(digest);
      for (Digest blob : facts(content, digest).contents()) {
        named.add(blob);
        keep(name, blob);
      }
    }
    for (Digest digest : content.blobs.keySet()) {
      if (!named.contains(digest) && isReliedOn(content, digest)) {
        named.add(digest);
        keep(name, digest);
      }
    }
    links.put(name, content.blobs.keySet().stream().filter(link -> !named.contains(link)).toList());
    List<Digest> eligible =
        content.manifests.keySet().stream().filter(digest -> !kept.contains(digest)).toList();
    manifests.put(name, eligible);
    for (Digest digest : eligible) {
      List<Tag> former = List.copyOf(content.history.getOrDefault(digest, Set.of()));
      listener.found(new Finding.ManifestEligible(name, digest, former));
    }
  }

  private void keep(RepositoryName name, Digest blob) throws IOException {
    if (marked.add(blob)) {
      listener.found(new Finding.BlobKept(name, blob));
    }
  }

  /** What tags and clients hold, and what that holds in turn. */
  private Set<Digest> reached(Content content) {
    Deque<Digest> open = new ArrayDeque<>(content.tags.values());
    content.manifests.keySet().stream()
        .filter(digest -> isReliedOn(content, digest))
        .forEach(open::add);
    Set<Digest> reached = new LinkedHashSet<>();
    while (!open.isEmpty()) {
      Digest digest = open.pop();
      if (content.manifests.containsKey(digest) && reached.add(digest)) {
        open.addAll(facts(content, digest).contents());
        content.manifests.values().stream()
            .filter(entry -> digest.equals(entry.put().facts().subject()))
            .forEach(entry -> open.add(entry.put().digest()));
      }
    }
    return reached;
  }

  private boolean isReliedOn(Content content, Digest digest) {
    Instant from = now.minus(order.grace());
    return content.unnamed.getOrDefault(digest, Instant.MIN).isAfter(from)
        || content.asked.getOrDefault(digest, Instant.MIN).isAfter(from);
  }

  private static ManifestFacts facts(Content content, Digest digest) {
    return Optional.ofNullable(content.manifests.get(digest)).map(Entry::put).orElseThrow().facts();
  }

  private void deleteManifests(RepositoryName name, Content content) throws IOException {
    for (Digest digest : manifests.getOrDefault(name, List.of())) {
      if (!order.dryRun()) {
        content.manifests.remove(digest);
        manifestsDeleted++;
        listener.found(new Finding.ManifestDeleted(name, digest));
      }
    }
  }

  private void deleteLinks(RepositoryName name, Content content) throws IOException {
    for (Digest digest : links.getOrDefault(name, List.of())) {
      listener.found(new Finding.LinkEligible(name, digest));
      if (!order.dryRun()) {
        content.blobs.remove(digest);
        linksDeleted++;
        listener.found(new Finding.LinkDeleted(name, digest));
      }
    }
  }

  private void deleteBlob(Digest digest) throws IOException {
    listener.found(new Finding.BlobEligible(digest));
    if (!order.dryRun()) {
      int bytes = Optional.ofNullable(stored.remove(digest)).orElseThrow();
      blobsDeleted++;
      freedBytes += bytes;
      listener.found(new Finding.BlobDeleted(digest, bytes));
    }
  }
}
