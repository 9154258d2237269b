package io.stowage.registry.storage.filesystem;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.DigestVerifier;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.UploadId;
import io.stowage.registry.storage.BlobContent;
import io.stowage.registry.storage.UploadSession;
import io.stowage.registry.storage.Uploads;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uploads, each as a file of its own ({@link BareUploads}) or in distribution's folder, so that one
 * begun by registry:3 goes on here and the other way round. Nothing is flushed before the commit:
 * an answer to a chunk promises the death of the process, not a power cut.
 */
final class FileUploads implements Uploads {
  private static final Logger LOG = LoggerFactory.getLogger(FileUploads.class);

  /** Between two requests a hash waits here; a forgotten one is made again from the file. */
  private static final long REMEMBERED_HASHES = 10_000;

  private final Layout layout;
  private final Disk disk;
  private final AtomicFile files;
  private final FileBlobStore blobs;
  private final FileRepositories repositories;
  private final Durability durability;
  private final Locks locks;
  private final Meanwhile meanwhile;
  private final KnownSizes sizes;
  private final FileAges ages;
  private final Sweeper sweeper;
  private final BareUploads bare;

  /** Whoever stands here has the upload to himself. */
  private final Map<Path, FileUpload> writers = new ConcurrentHashMap<>();

  private final List<Consumer<UploadId>> listeners = new CopyOnWriteArrayList<>();

  private final Cache<Path, DigestVerifier> hashes =
      Caffeine.newBuilder().maximumSize(REMEMBERED_HASHES).executor(Runnable::run).build();

  FileUploads(
      Layout layout,
      Disk disk,
      AtomicFile files,
      FileBlobStore blobs,
      FileRepositories repositories,
      Durability durability,
      Locks locks,
      Meanwhile meanwhile,
      KnownSizes sizes,
      FileAges ages) {
    this.layout = layout;
    this.disk = disk;
    this.files = files;
    this.blobs = blobs;
    this.repositories = repositories;
    this.durability = durability;
    this.locks = locks;
    this.meanwhile = meanwhile;
    this.sizes = sizes;
    this.ages = ages;
    this.sweeper = new Sweeper(layout, repositories);
    this.bare = new BareUploads(layout, disk, files);
  }

  // --- start and open

  @Override
  public UploadSession start(RepositoryName repository, UploadId id, DigestAlgorithm algorithm)
      throws IOException {
    repositories.requireMakeable(repository);
    FileUpload upload =
        new FileUpload(id, layout.bareUpload(repository, id), disk, new Ending(repository));
    writers.put(upload.folder(), upload);
    ages.look();
    try {
      upload.use(bare.create(upload.data()), new DigestVerifier(algorithm));
      return upload;
    } catch (IOException e) {
      throw released(upload, e);
    }
  }

  @Override
  public UploadSession open(RepositoryName repository, UploadId id) throws IOException {
    FileUpload upload = upload(repository, id);
    if (!bare.isKnown(upload.data())) {
      requireData(upload, id);
      notice(upload.data());
    }
    FileUpload writer = writers.putIfAbsent(upload.folder(), upload);
    if (writer != null) {
      throw new RegistryException(
          new RegistryError.RangeMismatch(
              repository, id, writer.size(), "another request is writing to this upload"));
    }
    return opened(upload, id);
  }

  private void notice(Path path) {
    if (Layout.isBareUpload(path)) {
      bare.found(path);
    }
  }

  private FileUpload opened(FileUpload upload, UploadId id) throws IOException {
    try {
      upload.use(disk.open(upload.data()), hashes.asMap().remove(upload.folder()));
      return upload;
    } catch (NoSuchFileException e) {
      upload.close();
      throw unknown(id);
    } catch (IOException e) {
      throw released(upload, e);
    }
  }

  @Override
  public long size(RepositoryName repository, UploadId id) throws IOException {
    FileUpload upload = upload(repository, id);
    requireData(upload, id);
    FileUpload writer = writers.get(upload.folder());
    if (writer != null) {
      return writer.size();
    }
    return Stamp.attributes(upload.data()).orElseThrow(() -> unknown(id)).size();
  }

  private static void requireData(FileUpload upload, UploadId id) {
    if (!Files.isRegularFile(upload.data())) {
      throw unknown(id);
    }
  }

  private static RegistryException unknown(UploadId id) {
    return new RegistryException(new RegistryError.BlobUploadUnknown(id.value()));
  }

  private static IOException released(FileUpload upload, IOException cause) {
    try {
      upload.close();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
    return cause;
  }

  // --- end

  @Override
  public void cancel(RepositoryName repository, UploadId id) throws IOException {
    FileUpload upload = upload(repository, id);
    requireData(upload, id);
    FileUpload writer = writers.putIfAbsent(upload.folder(), upload);
    FileUpload ended = writer == null ? upload : writer;
    try {
      if (!ended.discard()) {
        cancel(repository, id); // its writer let go, or committed it, a moment ago
      }
    } finally {
      if (writer == null) {
        upload.close();
      }
    }
  }

  @Override
  public int sweep(Duration idle) throws IOException {
    return sweeper.sweep(
        ages.before(idle),
        new Sweeper.Broom() {
          @Override
          public boolean upload(Path path, UploadId id) throws IOException {
            return drop(path, id);
          }

          @Override
          public void young(Path path) {
            notice(path);
          }

          @Override
          public void temporary(Path path) throws IOException {
            files.deleteTree(path);
          }
        });
  }

  @Override
  public int countAbandoned(Duration idle) throws IOException {
    return sweeper.count(
        ages.before(idle),
        new Sweeper.Broom() {
          @Override
          public boolean upload(Path path, UploadId id) {
            return !writers.containsKey(path.resolveSibling(id.value()));
          }

          @Override
          public void temporary(Path path) {}
        });
  }

  /**
   * Takes what a sweep would find away, unless somebody has it open: an upload, or a temporary file
   * or folder.
   */
  boolean drop(Path path) throws IOException {
    Optional<UploadId> id = Layout.uploadOf(path);
    if (id.isPresent()) {
      return drop(path, id.get());
    }
    files.deleteTree(path);
    return true;
  }

  /** Takes an abandoned upload away, unless somebody has it open. */
  private boolean drop(Path path, UploadId id) throws IOException {
    FileUpload upload = new FileUpload(id, data(path), disk, new Ending(null));
    if (writers.putIfAbsent(upload.folder(), upload) != null) {
      return false;
    }
    try (upload) {
      return upload.discard();
    }
  }

  /** Where the bytes are of an upload that has this folder, or this file in the place of one. */
  private static Path data(Path place) {
    return Layout.isBareUpload(place) ? place : place.resolve(Layout.DATA);
  }

  // --- hand over

  /**
   * Leaves uploads so that any registry can go on with them, for the owner of the volume. One that
   * somebody still has open stays as it is, as its bytes and its end are up to him: a sweep or its
   * client will come across it.
   */
  void handOver() {
    for (Path file : bare.known()) {
      Layout.uploadOf(file).ifPresent(id -> handOver(file, id));
    }
  }

  private void handOver(Path file, UploadId id) {
    FileUpload upload = new FileUpload(id, file, disk, new Ending(null));
    if (writers.putIfAbsent(upload.folder(), upload) != null) {
      LOG.info("{} is in use, so it is left for this server alone to go on with", file);
      return;
    }
    try {
      bare.handOver(file);
    } finally {
      writers.remove(upload.folder(), upload);
    }
  }

  // --- watch

  @Override
  public void each(Consumer<UploadId> visitor) throws IOException {
    repositories.eachFolder(
        repository -> {
          Path uploads = Layout.uploadsIn(repository);
          for (String name : FolderCache.names(uploads)) {
            Path place = uploads.resolve(name);
            Optional<UploadId> id = Layout.uploadOf(place);
            // Without data it can't be ended by anybody but the sweep.
            if (id.isPresent() && Files.isRegularFile(data(place))) {
              visitor.accept(id.get());
            }
          }
        });
  }

  @Override
  public void whenEnded(Consumer<UploadId> listener) {
    listeners.add(listener);
  }

  // --- for all

  private FileUpload upload(RepositoryName repository, UploadId id) {
    return new FileUpload(id, bare.data(repository, id), disk, new Ending(repository));
  }

  /** How an upload of a repository ends. */
  private final class Ending implements FileUpload.Store {
    private final @Nullable RepositoryName repository;

    private Ending(@Nullable RepositoryName repository) {
      this.repository = repository;
    }

    @Override
    public BlobContent commit(FileUpload upload, FileChannel channel, Digest digest)
        throws IOException {
      RepositoryName target = repository;
      if (target == null) {
        throw new IllegalStateException("an upload that is being dropped can't be committed");
      }
      durability.settle();
      try (var _ = locks.share(target);
          var _ = locks.digest(digest);
          Commit commit = durability.begin()) {
        meanwhile.keep(target, digest);
        commit.adopt(channel, upload.data(), layout.blob(digest));
        blobs.link(commit, target, digest);
        commit.durable();
      }
      sizes.certain(digest, upload.size());
      return new BlobFile(digest, upload.size(), layout.blob(digest));
    }

    /** In one step, so that no half of an upload is left to be found. */
    @Override
    public void remove(FileUpload upload) throws IOException {
      if (upload.isBare()) {
        disk.delete(upload.data());
      } else {
        remove(upload.folder());
      }
    }

    private void remove(Path folder) throws IOException {
      Path away = layout.newTemporary();
      files.publish(folder, away);
      files.deleteTree(away);
    }

    @Override
    public void tidy(FileUpload upload) {
      if (upload.isBare()) {
        return; // the file that it was has become the blob
      }
      try {
        remove(upload.folder());
      } catch (IOException e) {
        LOG.debug("left for the sweep: {}", upload.folder(), e);
      }
    }

    @Override
    public void ended(FileUpload upload) {
      bare.ended(upload.data());
      listeners.forEach(listener -> listener.accept(upload.id()));
    }

    @Override
    public void released(FileUpload upload, @Nullable DigestVerifier hash) {
      if (hash != null) {
        hashes.put(upload.folder(), hash);
      }
      ages.look(); // it may have been written to until now
      writers.remove(upload.folder(), upload);
    }
  }
}
