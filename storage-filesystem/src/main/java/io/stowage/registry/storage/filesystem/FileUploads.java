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
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uploads in distribution's folders, so that one begun by registry:3 goes on here and the other way
 * round. Nothing is flushed before the commit: an answer to a chunk promises the death of the
 * process, not a power cut.
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
  private final InstantSource clock;
  private final FileAges ages;
  private final Sweeper sweeper;

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
      InstantSource clock,
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
    this.clock = clock;
    this.ages = ages;
    this.sweeper = new Sweeper(layout, repositories);
  }

  // --- start and open

  @Override
  public UploadSession start(RepositoryName repository, UploadId id, DigestAlgorithm algorithm)
      throws IOException {
    repositories.requireMakeable(repository);
    FileUpload upload = upload(repository, id);
    writers.put(upload.folder(), upload);
    try {
      upload.use(create(upload), new DigestVerifier(algorithm));
      return upload;
    } catch (IOException e) {
      throw released(upload, e);
    }
  }

  /** Made aside and moved into place, so that nobody ever finds a half of it. */
  private FileChannel create(FileUpload upload) throws IOException {
    ages.look();
    String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    Path aside = layout.newTemporary();
    try {
      files.makeFolders(aside);
      try (FileChannel channel = disk.create(aside.resolve(Layout.STARTED_AT))) {
        disk.write(channel, ByteBuffer.wrap(now.getBytes(StandardCharsets.US_ASCII)), 0);
      }
      disk.create(aside.resolve(Layout.DATA)).close();
      files.makeFolders(Layout.folderOf(upload.folder()));
      files.publish(aside, upload.folder());
      return disk.open(upload.data());
    } catch (IOException e) {
      removeAfter(e, aside);
      removeAfter(e, upload.folder());
      throw e;
    }
  }

  @Override
  public UploadSession open(RepositoryName repository, UploadId id) throws IOException {
    FileUpload upload = upload(repository, id);
    requireData(upload, id);
    FileUpload writer = writers.putIfAbsent(upload.folder(), upload);
    if (writer != null) {
      throw new RegistryException(
          new RegistryError.RangeMismatch(
              repository, id, writer.size(), "another request is writing to this upload"));
    }
    return opened(upload, id);
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
          public boolean upload(Path folder, UploadId id) throws IOException {
            return drop(folder, id);
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
          public boolean upload(Path folder, UploadId id) {
            return !writers.containsKey(folder);
          }

          @Override
          public void temporary(Path path) {}
        });
  }

  /**
   * Takes what a sweep would find away, unless somebody has it open: an upload by its folder, or a
   * temporary file or folder.
   */
  boolean drop(Path path) throws IOException {
    String name = Layout.nameOf(path);
    if (UploadId.isValid(name)) {
      return drop(path, new UploadId(name));
    }
    files.deleteTree(path);
    return true;
  }

  /** Takes an abandoned upload away, unless somebody has it open. */
  private boolean drop(Path folder, UploadId id) throws IOException {
    FileUpload upload = new FileUpload(id, folder, disk, new Ending(null));
    if (writers.putIfAbsent(folder, upload) != null) {
      return false;
    }
    try (upload) {
      return upload.discard();
    }
  }

  // --- watch

  @Override
  public void each(Consumer<UploadId> visitor) throws IOException {
    repositories.eachFolder(
        repository -> {
          Path uploads = Layout.uploadsIn(repository);
          for (String name : FolderCache.names(uploads)) {
            // Without data it can't be ended by anybody but the sweep.
            if (UploadId.isValid(name)
                && Files.isRegularFile(uploads.resolve(name).resolve(Layout.DATA))) {
              visitor.accept(new UploadId(name));
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
    return new FileUpload(id, layout.upload(repository, id), disk, new Ending(repository));
  }

  private void removeAfter(IOException cause, Path folder) {
    try {
      files.deleteTree(folder);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
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
    public void remove(Path folder) throws IOException {
      Path away = layout.newTemporary();
      files.publish(folder, away);
      files.deleteTree(away);
    }

    @Override
    public void tidy(Path folder) {
      try {
        remove(folder);
      } catch (IOException e) {
        LOG.debug("left for the sweep: {}", folder, e);
      }
    }

    @Override
    public void ended(FileUpload upload) {
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
