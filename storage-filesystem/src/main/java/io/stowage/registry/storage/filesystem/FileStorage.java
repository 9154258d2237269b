package io.stowage.registry.storage.filesystem;

import io.stowage.registry.storage.BlobStore;
import io.stowage.registry.storage.GarbageCollector;
import io.stowage.registry.storage.ManifestReader;
import io.stowage.registry.storage.ManifestStore;
import io.stowage.registry.storage.Referrers;
import io.stowage.registry.storage.Repositories;
import io.stowage.registry.storage.Scrubber;
import io.stowage.registry.storage.Storage;
import io.stowage.registry.storage.TagStore;
import io.stowage.registry.storage.Uploads;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A volume of distribution's filesystem driver, open. One server at a time writes to it; any number
 * may read. The format is specified in docs/storage-layout.md.
 */
public final class FileStorage implements Storage {
  private static final Logger LOG = LoggerFactory.getLogger(FileStorage.class);

  private final Path root;
  private final Disk disk;
  private final BlobStore blobs;
  private final FileUploads uploads;
  private final FileManifestStore manifests;
  private final FileTagStore tags;
  private final FileReferrers referrers;
  private final FileRepositories repositories;
  private final FileGarbageCollector garbageCollector;
  private final RedoLog log;
  private final VolumeCheck check;
  private final FileScrubber scrubber;
  private final BitRot rot;
  private final Revisions revisions;
  private final Ownership ownership;

  /** The folder of the server's own records below a root, which may not be there yet. */
  public static Path ownFolder(Path root) {
    return new Layout(root).own();
  }

  /**
   * Opens a volume. A new one is made, and what an earlier server left half done is put right. A
   * volume that the system mounted for reading only is opened for reading only.
   *
   * @param reader for the manifests of the volume
   * @throws StorageOwnedException if another server keeps the volume for longer than the options
   *     allow
   * @throws IOException if the root can't be made, read or written
   */
  public static FileStorage open(FileStorageOptions options, ManifestReader reader)
      throws IOException {
    return open(options, reader, new PosixDisk(), InstantSource.system(), System::nanoTime);
  }

  /** Opens a volume with a clock that is never set: it shows the time that passes. */
  static FileStorage open(
      FileStorageOptions options, ManifestReader reader, Disk disk, InstantSource clock)
      throws IOException {
    Instant start = clock.instant();
    return open(
        options, reader, disk, clock, () -> Duration.between(start, clock.instant()).toNanos());
  }

  /**
   * Opens a volume.
   *
   * @param nanoTime as {@link System#nanoTime}: the time that passes, whatever the clock says
   */
  static FileStorage open(
      FileStorageOptions options,
      ManifestReader reader,
      Disk disk,
      InstantSource clock,
      LongSupplier nanoTime)
      throws IOException {
    Layout layout = new Layout(options.root());
    Disk aware = new SpaceAwareDisk(disk);
    Ownership ownership = new Ownership(options.root(), layout, aware);
    Disk owned = new OwnedDisk(aware, ownership::isHeld);
    FileStorage storage =
        new FileStorage(options, layout, reader, owned, clock, nanoTime, ownership);
    try {
      if (!options.readOnly()) {
        storage.ownIfWritable(options.ownerPatience());
      }
      return storage;
    } catch (IOException e) {
      storage.close();
      throw e;
    }
  }

  private void ownIfWritable(Duration patience) throws IOException {
    try {
      becomeWriter(patience);
    } catch (IOException e) {
      if (!Ownership.isMountedReadOnly(e)) {
        throw e;
      }
      LOG.warn("{} is mounted for reading only: serving what is there", root);
    }
  }

  private FileStorage(
      FileStorageOptions options,
      Layout layout,
      ManifestReader reader,
      Disk disk,
      InstantSource clock,
      LongSupplier nanoTime,
      Ownership ownership) {
    this.root = options.root();
    this.disk = disk;
    long listBytes = options.listCacheBytes();
    AtomicFile files = new AtomicFile(layout, disk);
    Checkpoint checkpoint = new Checkpoint(layout, disk, files);
    RedoFiles logFiles = new RedoFiles(layout, disk, files, checkpoint, options.logBytes());
    this.log = new RedoLog(logFiles, checkpoint, clock);
    Durability durability = new LoggedDurability(layout, disk, files, log, options.logBytes());
    Locks locks = new Locks();
    Meanwhile meanwhile = new Meanwhile();
    FileAges ages = new FileAges(clock, nanoTime);
    Reliance reliance = new Reliance(locks, meanwhile, ages);
    Findings findings = new Findings();
    KnownSizes sizes = new KnownSizes();
    Layers layers = new Layers(layout, new ContentCheck(), findings, sizes);
    this.revisions = new Revisions(layout, reader, findings, sizes, options.manifestCacheBytes());
    var repositoryFolders =
        new FolderCache<>(FileRepositories::repositoryNames, Names::weight, listBytes, clock);
    var tagFolders = new FolderCache<>(TagFolders::tagNames, Names::weight, listBytes, clock);
    var revisionFolders =
        new FolderCache<>(
            (folder, names) -> FileReferrers.read(folder, names, layout, revisions),
            ReferrerIndex::weight,
            listBytes,
            clock);

    this.ownership = ownership;
    this.repositories = new FileRepositories(layout, revisions, repositoryFolders);
    FileBlobStore blobFiles =
        new FileBlobStore(layout, layers, repositories, durability, locks, reliance, meanwhile);
    this.uploads =
        new FileUploads(
            layout,
            disk,
            files,
            blobFiles,
            repositories,
            durability,
            locks,
            meanwhile,
            sizes,
            ages);
    TagFolders folders = new TagFolders(layout, findings);
    this.tags =
        new FileTagStore(layout, folders, revisions, repositories, tagFolders, durability, locks);
    this.manifests =
        new FileManifestStore(
            layout,
            revisions,
            layers,
            folders,
            repositories,
            revisionFolders,
            tagFolders,
            durability,
            locks,
            new Arrivals(clock),
            reliance,
            meanwhile);
    this.referrers = new FileReferrers(layout, revisions, revisionFolders);
    this.garbageCollector =
        new FileGarbageCollector(
            layout, revisions, manifests, durability, locks, reliance, meanwhile, this::isReadOnly);
    VolumeRepair repair =
        new VolumeRepair(
            layout,
            layers,
            revisions,
            tagFolders,
            durability,
            locks,
            new Quarantine(layout, clock),
            uploads::drop);
    this.check =
        new VolumeCheck(
            layout, reader, repositories, garbageCollector, ages, repair, this::isReadOnly);
    this.rot = new BitRot(layout, repair, repositories);
    this.blobs = options.verifyReads() ? new VerifyingBlobs(blobFiles, layout, rot) : blobFiles;
    this.scrubber =
        new FileScrubber(layout, rot, new ScrubFile(layout, files), clock, this::isReadOnly);
  }

  /** Whether every change is refused, as this server does not own the volume. */
  public boolean isReadOnly() {
    return !ownership.isHeld();
  }

  /**
   * Takes the volume over and puts right what an earlier server left half done, as an opening for
   * writing does. From then on changes are accepted, until this is closed. Does nothing if it owns
   * the volume already.
   *
   * @param patience how long to wait for another server to let go
   * @throws StorageOwnedException if it doesn't in time; this stays open for reading only
   * @throws IOException if the volume can't be written or put right; neither is it taken over then
   */
  public void becomeWriter(Duration patience) throws IOException {
    if (ownership.isHeld()) {
      return;
    }
    ownership.take(patience);
    try {
      log.open();
    } catch (IOException e) {
      ownership.close();
      throw e;
    }
  }

  /** Finds what is broken on the volume, and mends it if the volume is ours. */
  public VolumeCheck check() {
    return check;
  }

  /** Finds bytes that changed on the disk, again and again. */
  public Scrubber scrubber() {
    return scrubber;
  }

  /** How well the cache of manifests did, by their bytes. */
  public CacheCounts manifestCache() {
    return revisions.cacheCounts();
  }

  /** What the redo log did; nothing while the storage is open for reading only. */
  public LogCounts log() {
    return log.counts();
  }

  @Override
  public BlobStore blobs() {
    return blobs;
  }

  @Override
  public Uploads uploads() {
    return uploads;
  }

  @Override
  public ManifestStore manifests() {
    return manifests;
  }

  @Override
  public TagStore tags() {
    return tags;
  }

  @Override
  public Referrers referrers() {
    return referrers;
  }

  @Override
  public Repositories repositories() {
    return repositories;
  }

  @Override
  public GarbageCollector garbageCollector() {
    return garbageCollector;
  }

  @Override
  public void probe() throws IOException {
    Files.readAttributes(root, BasicFileAttributes.class);
  }

  /**
   * Resources are closed last to first: the log is empty before uploads are handed over, so that a
   * stop that is killed meanwhile leaves nothing that only we could read but uploads. Whatever one
   * of them throws, the rest is closed all the same.
   */
  @Override
  public void close() throws IOException {
    try (disk;
        ownership;
        Closeable _ = this::handOverUploads;
        log) {
      rot.close();
    }
  }

  private void handOverUploads() {
    if (!isReadOnly()) {
      uploads.handOver();
    }
  }
}
