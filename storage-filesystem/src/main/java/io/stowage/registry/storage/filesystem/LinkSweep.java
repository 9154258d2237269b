package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.storage.GarbageCollector.Finding;
import io.stowage.registry.storage.GarbageCollector.Order;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Removes layer links that no manifest needs, unless somebody relies on one after all: then it
 * stays, with its bytes. A few go at a time, so that pushes into the repository wait for no more
 * than those.
 */
final class LinkSweep {
  private static final int AT_ONCE = 128;

  private final Layout layout;
  private final Durability durability;
  private final Locks locks;
  private final Reliance reliance;
  private final Meanwhile meanwhile;

  LinkSweep(
      Layout layout, Durability durability, Locks locks, Reliance reliance, Meanwhile meanwhile) {
    this.layout = layout;
    this.durability = durability;
    this.locks = locks;
    this.reliance = reliance;
    this.meanwhile = meanwhile;
  }

  /** Tells of what may go of a repository, and removes it unless this is a dry run. */
  void sweep(RepositoryWalk.Eligible eligible, Order order, CollectionReport report)
      throws IOException {
    RepositoryName repository = eligible.name();
    eligible
        .links()
        .inBatches(
            AT_ONCE,
            batch -> {
              batch.forEach(link -> report.found(new Finding.LinkEligible(repository, link)));
              if (!order.dryRun()) {
                report.linksDeleted(repository, remove(repository, batch, order));
              }
            });
  }

  private List<Digest> remove(RepositoryName repository, List<Digest> batch, Order order)
      throws IOException {
    List<Digest> gone = new ArrayList<>();
    try (var _ = locks.own(repository);
        Commit commit = durability.begin()) {
      for (Digest digest : batch) {
        Path link = layout.layerLink(repository, digest);
        if (mayGo(repository, digest, link, order)) {
          commit.remove(Layout.folderOf(link));
          gone.add(digest);
        }
      }
      commit.durable();
    }
    return gone;
  }

  private boolean mayGo(RepositoryName repository, Digest digest, Path link, Order order)
      throws IOException {
    try {
      boolean wanted =
          meanwhile.isKept(repository, digest)
              || reliance.isReliedOn(
                  repository, digest, Files.getLastModifiedTime(link), order.grace());
      if (wanted) {
        meanwhile.keep(repository, digest);
        Optional<Digest> target = Link.alias(link, digest);
        target.ifPresent(bytes -> meanwhile.keep(repository, bytes));
      }
      return !wanted && Files.exists(link);
    } catch (NoSuchFileException e) {
      return false; // deleted by a client
    }
  }
}
