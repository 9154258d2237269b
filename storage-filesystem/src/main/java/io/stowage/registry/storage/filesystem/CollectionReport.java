package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.storage.GarbageCollector.Finding;
import io.stowage.registry.storage.GarbageCollector.Listener;
import io.stowage.registry.storage.GarbageCollector.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/** Tells the listener of a collection what is found, and counts it. */
final class CollectionReport {
  private final Listener listener;
  private long manifestsDeleted;
  private long linksDeleted;
  private long blobsDeleted;
  private long freedBytes;
  private long undecided;

  CollectionReport(Listener listener) {
    this.listener = listener;
  }

  /**
   * Tells of a finding.
   *
   * @throws UncheckedIOException if the listener failed: not to be taken for a failure of the disk
   */
  void found(Finding finding) {
    try {
      listener.found(finding);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void undecided(String text) {
    undecided++;
    found(new Finding.Undecided(text));
  }

  void manifestsDeleted(RepositoryName repository, List<Digest> digests) {
    manifestsDeleted += digests.size();
    digests.forEach(digest -> found(new Finding.ManifestDeleted(repository, digest)));
  }

  void linksDeleted(RepositoryName repository, List<Digest> digests) {
    linksDeleted += digests.size();
    digests.forEach(digest -> found(new Finding.LinkDeleted(repository, digest)));
  }

  void blobDeleted(Digest digest, long bytes) {
    blobsDeleted++;
    freedBytes += bytes;
    found(new Finding.BlobDeleted(digest, bytes));
  }

  Outcome outcome() {
    return new Outcome(manifestsDeleted, linksDeleted, blobsDeleted, freedBytes, undecided);
  }
}
