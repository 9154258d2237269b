package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.UploadId;
import io.stowage.registry.storage.GarbageCollector;
import io.stowage.registry.storage.ManifestReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Walks a volume and tells what isn't as docs/storage-layout.md has it. It only reads, beside
 * readers and writers: a thing counts as broken if two looks see it so. A repair, which needs the
 * owner's storage, follows each finding at once, and decides anew under the locks of writers.
 *
 * <p>Memory: the names in one folder, one manifest, one buffer, and small caches, whatever the
 * volume's size. Each run is for one thread; runs may go on side by side.
 */
public final class VolumeCheck {
  private static final long MANIFEST_CACHE_BYTES = 1L << 20;

  /**
   * What to do.
   *
   * @param content whether to read the bytes of all blobs, or only to see that there are any
   * @param repair whether to mend what can be mended without losing anything
   * @param age how long uploads and temporary files lie untouched before they are left over
   * @param grace how old what no manifest names must be to be left over: younger may be a push
   */
  public record Order(boolean content, boolean repair, Duration age, Duration grace) {}

  /** Hears of everything, on the checking thread; what it throws ends the check. */
  public interface Listener {
    void found(VolumeFinding finding) throws IOException;

    /** What was found last is put right; says how. */
    void mended(VolumeFinding finding, String how) throws IOException;

    /** Called often while there is nothing to tell. */
    void proceed() throws IOException;
  }

  /** How much was looked at. */
  public record Outcome(long repositories, long manifests, long blobs, long blobBytes) {}

  private final Layout layout;
  private final ManifestReader reader;
  private final FileRepositories repositories;
  private final GarbageCollector collector;
  private final FileAges ages;
  private final VolumeRepair repair;
  private final BooleanSupplier readOnly;

  /**
   * @param readOnly whether the storage is open for reading only, so that nothing can be mended
   */
  VolumeCheck(
      Layout layout,
      ManifestReader reader,
      FileRepositories repositories,
      GarbageCollector collector,
      FileAges ages,
      VolumeRepair repair,
      BooleanSupplier readOnly) {
    this.layout = layout;
    this.reader = reader;
    this.repositories = repositories;
    this.collector = collector;
    this.ages = ages;
    this.repair = repair;
    this.readOnly = readOnly;
  }

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if a repair is ordered of a storage that is read only
   * @throws IOException if the volume isn't there, or the listener threw
   */
  public Outcome run(Order order, Listener listener) throws IOException {
    if (order.repair() && readOnly.getAsBoolean()) {
      throw new IllegalArgumentException("repair of a read-only storage");
    }
    if (!Files.isDirectory(layout.root())) {
      throw new NoSuchFileException(layout.root().toString());
    }
    Looks looks = new Looks(witness(listener, order.repair() ? repair : null));
    Findings silent = Findings.silent();
    // Sizes that manifests name are compared by the check itself, so its layers are told of none.
    RepositoryCheck repository =
        new RepositoryCheck(
            layout,
            new Layers(layout, new ContentCheck(), silent, new KnownSizes()),
            new Revisions(layout, reader, silent, new KnownSizes(), MANIFEST_CACHE_BYTES),
            reader,
            looks,
            order.content());
    new RepositoryNames(layout, looks).each(repository::check);
    BlobCheck blobs = new BlobCheck(layout, looks, order.content());
    blobs.check();
    leftovers(order, looks);
    unreferenced(order, looks);
    return new Outcome(
        repository.repositories(), repository.manifests(), blobs.files(), blobs.bytes());
  }

  private static Looks.Witness witness(Listener listener, @Nullable VolumeRepair mender) {
    return new Looks.Witness() {
      @Override
      public void found(VolumeFinding finding) throws IOException {
        listener.found(finding);
        Optional<String> how = mender == null ? Optional.empty() : mend(mender, finding, listener);
        if (how.isPresent()) {
          listener.mended(finding, how.get());
        }
      }

      @Override
      public void proceed() throws IOException {
        listener.proceed();
      }
    };
  }

  /** What can't be mended is no reason to leave the rest as it is. */
  private static Optional<String> mend(
      VolumeRepair mender, VolumeFinding finding, Listener listener) throws IOException {
    try {
      return mender.mend(finding);
    } catch (IOException e) {
      listener.found(
          new VolumeFinding.Unreadable("could not be mended: " + e.getMessage(), finding.where()));
      return Optional.empty();
    }
  }

  private void leftovers(Order order, Looks looks) throws IOException {
    new Sweeper(layout, repositories)
        .count(
            ages.before(order.age()),
            new Sweeper.Broom() {
              @Override
              public boolean upload(Path folder, UploadId id) throws IOException {
                leftover(looks, folder, true);
                return true;
              }

              @Override
              public void temporary(Path path) throws IOException {
                leftover(looks, path, false);
              }
            });
  }

  /** What a collection would free, found out by one that frees nothing. */
  private void unreferenced(Order order, Looks looks) throws IOException {
    collector.collect(
        new GarbageCollector.Order(true, false, order.grace()),
        finding -> {
          looks.proceed();
          if (finding instanceof GarbageCollector.Finding.BlobEligible(Digest digest)) {
            Path file = layout.blob(digest);
            looks.look(file, found -> lookAtGarbage(digest, file, found));
          }
        });
  }

  private static void lookAtGarbage(Digest digest, Path file, List<VolumeFinding> found)
      throws IOException {
    Optional<BasicFileAttributes> attributes = Stamp.attributes(file);
    if (attributes.isPresent()) {
      found.add(new VolumeFinding.Unreferenced(digest, attributes.get().size(), file));
    }
  }

  private static void leftover(Looks looks, Path path, boolean upload) throws IOException {
    looks.look(
        path,
        found -> {
          if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            long bytes = bytes(path);
            found.add(
                upload
                    ? new VolumeFinding.LeakedUpload(bytes, path)
                    : new VolumeFinding.StrayTemporary(bytes, path));
          }
        });
  }

  private static long bytes(Path path) throws IOException {
    if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return Files.isRegularFile(path) ? Files.size(path) : 0;
    }
    long sum = 0;
    for (String name : FolderCache.names(path)) {
      sum += bytes(path.resolve(name));
    }
    return sum;
  }
}
