package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.storage.GarbageCollector;
import io.stowage.registry.storage.StorageReadOnlyException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Marks what manifests name and clients rely on, and sweeps the rest, beside readers and writers
 * (docs/decisions/0019).
 *
 * <pre>
 *   take notes of changes from now on, await those under way
 *   each repository:  cut (nobody changes it) --> walk: mark
 *   count
 *   each repository:  manifests  (alone in the repository, a few at a time)
 *   each repository:  links      (likewise)
 *   each digest:      bytes      (alone with the digest)
 * </pre>
 *
 * A name never outlives what it names, so a collection may end after any step.
 */
final class FileGarbageCollector implements GarbageCollector {
  private final Layout layout;
  private final Revisions revisions;
  private final Durability durability;
  private final Locks locks;
  private final Reliance reliance;
  private final Meanwhile meanwhile;
  private final ManifestSweep manifestSweep;
  private final LinkSweep linkSweep;
  private final BlobSweep blobSweep;
  private final BooleanSupplier readOnly;
  private final ReentrantLock running = new ReentrantLock();

  FileGarbageCollector(
      Layout layout,
      Revisions revisions,
      FileManifestStore manifests,
      Durability durability,
      Locks locks,
      Reliance reliance,
      Meanwhile meanwhile,
      BooleanSupplier readOnly) {
    this.layout = layout;
    this.revisions = revisions;
    this.durability = durability;
    this.locks = locks;
    this.reliance = reliance;
    this.meanwhile = meanwhile;
    this.manifestSweep =
        new ManifestSweep(layout, revisions, manifests, durability, locks, reliance, meanwhile);
    this.linkSweep = new LinkSweep(layout, durability, locks, reliance, meanwhile);
    this.blobSweep = new BlobSweep(layout, durability, locks, meanwhile);
    this.readOnly = readOnly;
  }

  @Override
  public Outcome collect(Order order, Listener listener) throws IOException {
    if (readOnly.getAsBoolean() && !order.dryRun()) {
      throw new StorageReadOnlyException("nothing can be collected in a read-only storage");
    }
    if (!order.dryRun()) {
      durability.settle();
    }
    running.lock();
    try {
      meanwhile.begin();
      locks.awaitChanges();
      return new Run(order, new CollectionReport(listener)).run();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      meanwhile.end();
      running.unlock();
    }
  }

  /** One collection. */
  private final class Run implements RepositoryFolders.Visitor {
    private final Order order;
    private final CollectionReport report;
    private final DigestSet marked = new DigestSet();
    private final List<RepositoryWalk.Eligible> eligible = new ArrayList<>();

    /** Whether something was passed over that may hold links to anything. */
    private boolean blind;

    private Run(Order order, CollectionReport report) {
      this.order = order;
      this.report = report;
    }

    private Outcome run() throws IOException {
      if (Presence.of(layout.blobs()) && !Presence.of(layout.repositories())) {
        IOException missing = new NoSuchFileException(layout.repositories().toString());
        unreadable(layout.repositories(), missing); // not mounted, perhaps
      }
      new RepositoryFolders(layout).each(this);
      long manifests = eligible.stream().mapToLong(e -> e.manifests().size()).sum();
      long blobs = blind ? 0 : blobSweep.count(marked);
      report.found(new Finding.Counted(marked.size(), blobs, manifests));
      if (!order.dryRun()) {
        for (RepositoryWalk.Eligible of : eligible) {
          manifestSweep.sweep(of, order, report);
        }
      }
      for (RepositoryWalk.Eligible of : eligible) {
        linkSweep.sweep(of, order, report);
      }
      if (!blind) {
        blobSweep.sweep(marked, order, report);
      }
      return report.outcome();
    }

    @Override
    public void repository(Path folder, String text) {
      Optional<RepositoryName> name = RepositoryName.find(text);
      try {
        if (name.isPresent()) {
          walk(name.get(), folder);
        } else {
          report.undecided(text + ": no name of a repository; what is linked there stays");
          keepAll(folder);
        }
      } catch (IOException e) {
        unreadable(folder, e);
      }
    }

    @Override
    public void unreadable(Path folder, IOException problem) {
      blind = true;
      report.undecided(
          "%s: can't be read, so no bytes are removed at all: %s"
              .formatted(shown(folder), problem));
    }

    private Path shown(Path folder) {
      Path repositories = layout.repositories();
      return folder.equals(repositories) ? repositories : repositories.relativize(folder);
    }

    private void walk(RepositoryName name, Path folder) throws IOException {
      RepositoryCut cut = cut(name, folder);
      eligible.add(
          new RepositoryWalk(name, folder, cut, revisions, reliance, order, marked, report).walk());
    }

    private RepositoryCut cut(RepositoryName name, Path folder) throws IOException {
      try (var _ = locks.own(name)) {
        if (!order.dryRun()) {
          durability.requireSettled(); // what is half done must not be taken for what is
        }
        return RepositoryCut.of(folder, order.untagged());
      }
    }

    /** Marks what nobody can ask for now, but could under another name of the folder. */
    private void keepAll(Path folder) throws IOException {
      RepositoryCut cut = RepositoryCut.of(folder, false);
      for (Digest manifest : cut.manifests()) {
        Path link = Layout.linkIn(Layout.revisionsIn(folder), manifest);
        keep(manifest, link);
        revisions.inspect(link, manifest).ifPresent(facts -> facts.contents().forEach(marked::add));
      }
      for (Digest layer : cut.layers()) {
        keep(layer, Layout.linkIn(Layout.layersIn(folder), layer));
      }
    }

    private void keep(Digest digest, Path link) throws IOException {
      marked.add(digest);
      Link.alias(link, digest).ifPresent(marked::add);
    }
  }
}
