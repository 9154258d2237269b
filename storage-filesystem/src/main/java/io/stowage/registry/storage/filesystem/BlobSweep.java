package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.storage.GarbageCollector.Finding;
import io.stowage.registry.storage.GarbageCollector.Order;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/** Removes the bytes that nothing marked, unless somebody needs them after all. */
final class BlobSweep {
  private final Layout layout;
  private final BlobFolders folders;
  private final Durability durability;
  private final Locks locks;
  private final Meanwhile meanwhile;

  BlobSweep(Layout layout, Durability durability, Locks locks, Meanwhile meanwhile) {
    this.layout = layout;
    this.folders = new BlobFolders(layout);
    this.durability = durability;
    this.locks = locks;
    this.meanwhile = meanwhile;
  }

  /** How many may go. */
  long count(DigestSet marked) throws IOException {
    long[] count = {0};
    folders.each(digest -> count[0] += mayGo(digest, marked) ? 1 : 0);
    return count[0];
  }

  /** Tells of what may go, and removes it unless this is a dry run. */
  void sweep(DigestSet marked, Order order, CollectionReport report) throws IOException {
    folders.each(
        digest -> {
          if (mayGo(digest, marked)) {
            report.found(new Finding.BlobEligible(digest));
            if (!order.dryRun()) {
              remove(digest, report);
            }
          }
        });
  }

  private boolean mayGo(Digest digest, DigestSet marked) {
    return !marked.contains(digest) && !meanwhile.isKept(digest);
  }

  private void remove(Digest digest, CollectionReport report) throws IOException {
    Path data = layout.blob(digest);
    long bytes;
    try (var _ = locks.digest(digest);
        Commit commit = durability.begin()) {
      if (meanwhile.isKept(digest) || !Files.isDirectory(Layout.folderOf(data))) {
        return;
      }
      Optional<BasicFileAttributes> found = Stamp.attributes(data);
      bytes = found.filter(BasicFileAttributes::isRegularFile).map(a -> a.size()).orElse(0L);
      commit.remove(Layout.folderOf(data));
      commit.durable();
    }
    report.blobDeleted(digest, bytes);
  }
}
