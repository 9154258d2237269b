package io.stowage.registry.testkit;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.Descriptor;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.DigestVerifier;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.oci.UploadId;
import io.stowage.registry.storage.BlobContent;
import io.stowage.registry.storage.BlobStore;
import io.stowage.registry.storage.GarbageCollector;
import io.stowage.registry.storage.ManifestPut;
import io.stowage.registry.storage.ManifestReader;
import io.stowage.registry.storage.ManifestStore;
import io.stowage.registry.storage.Page;
import io.stowage.registry.storage.Referrer;
import io.stowage.registry.storage.Referrers;
import io.stowage.registry.storage.Repositories;
import io.stowage.registry.storage.Storage;
import io.stowage.registry.storage.StoredManifest;
import io.stowage.registry.storage.TagStore;
import io.stowage.registry.storage.UploadSession;
import io.stowage.registry.storage.Uploads;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A storage in memory: the contracts in their simplest form, behind one lock. For tests of what
 * uses a storage, and for telling whether a contract suite is at fault or a store.
 */
public final class MemoryStorage implements Storage {
  record Entry(String cursor, ManifestPut put, StoredManifest manifest) {}

  /** What is in a repository. */
  static final class Content {
    final Map<Digest, byte[]> blobs = new HashMap<>();
    final Map<Digest, Entry> manifests = new LinkedHashMap<>();
    final TreeMap<Tag, Digest> tags = new TreeMap<>();

    /** Tags by the manifests that they were ever on. */
    final Map<Digest, Set<Tag>> history = new HashMap<>();

    /** When blobs and manifests came that no manifest has named yet. */
    final Map<Digest, Instant> unnamed = new HashMap<>();

    /** When clients asked for blobs and manifests that are there, or brought them once more. */
    final Map<Digest, Instant> asked = new HashMap<>();

    private final Map<UploadId, Upload> uploads = new HashMap<>();
  }

  private final Object lock = new Object();
  private final TreeMap<RepositoryName, Content> contents = new TreeMap<>();

  /** The lengths of all bytes that were brought and not collected, linked or not. */
  private final Map<Digest, Integer> stored = new HashMap<>();

  private final List<Consumer<UploadId>> listeners = new ArrayList<>();
  private final InstantSource clock;
  private final ManifestReader reader;
  private long arrivals;

  /**
   * @param reader tells the media type of manifests that are put
   */
  public MemoryStorage(ManifestReader reader, InstantSource clock) {
    this.reader = reader;
    this.clock = clock;
  }

  public MemoryStorage(ManifestReader reader) {
    this(reader, InstantSource.system());
  }

  @Override
  public BlobStore blobs() {
    return new MemoryBlobs();
  }

  @Override
  public Uploads uploads() {
    return new MemoryUploads();
  }

  @Override
  public ManifestStore manifests() {
    return new MemoryManifests();
  }

  @Override
  public TagStore tags() {
    return new MemoryTags();
  }

  @Override
  public Referrers referrers() {
    return this::referrers;
  }

  @Override
  public Repositories repositories() {
    return new MemoryRepositories();
  }

  @Override
  public GarbageCollector garbageCollector() {
    return (order, listener) -> {
      synchronized (lock) {
        return new MemoryCollector(contents, stored, clock.instant(), order, listener).collect();
      }
    };
  }

  @Override
  public void probe() {}

  @Override
  public void close() {}

  private Content content(RepositoryName name) {
    return contents.getOrDefault(name, new Content());
  }

  private Content made(RepositoryName name) {
    Content there = contents.get(name);
    if (there == null && name.isLegacy()) {
      throw new RegistryException(
          new RegistryError.NameInvalid(name.value(), "a new name is in lower case"));
    }
    return contents.computeIfAbsent(name, n -> new Content());
  }

  private static <T> Page<T> page(Collection<T> all, Predicate<T> wanted, int limit) {
    List<T> items = all.stream().filter(wanted).limit(limit + 1L).toList();
    boolean more = items.size() > limit;
    return new Page<>(more ? items.subList(0, limit) : items, more);
  }

  private void link(Content target, Digest digest, byte[] bytes) {
    boolean there = target.blobs.putIfAbsent(digest, bytes) != null;
    (there ? target.asked : target.unnamed).put(digest, clock.instant());
    stored.put(digest, bytes.length);
  }

  // --- blobs

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record MemoryBlob(Digest digest, byte[] bytes) implements BlobContent {
    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public SeekableByteChannel open() {
      return new ByteArrayChannel(bytes);
    }
  }

  private final class MemoryBlobs implements BlobStore {
    @Override
    public Optional<BlobContent> find(RepositoryName repository, Digest digest) {
      synchronized (lock) {
        return Optional.ofNullable(content(repository).blobs.get(digest))
            .map(bytes -> new MemoryBlob(digest, bytes));
      }
    }

    @Override
    public Optional<BlobContent> confirm(RepositoryName repository, Digest digest) {
      synchronized (lock) {
        Optional<BlobContent> found = find(repository, digest);
        found.ifPresent(blob -> content(repository).asked.put(digest, clock.instant()));
        return found;
      }
    }

    @Override
    public Optional<BlobContent> mount(RepositoryName from, RepositoryName to, Digest digest) {
      synchronized (lock) {
        Content target = made(to);
        byte[] bytes = content(from).blobs.get(digest);
        if (bytes != null) {
          link(target, digest, bytes);
        }
        return find(to, digest).filter(blob -> bytes != null);
      }
    }

    @Override
    public Optional<BlobContent> mountFromAny(
        Predicate<RepositoryName> readable, RepositoryName to, Digest digest) {
      synchronized (lock) {
        return contents.entrySet().stream()
            .filter(entry -> entry.getValue().blobs.containsKey(digest))
            .map(Map.Entry::getKey)
            .filter(readable)
            .findFirst()
            .flatMap(from -> mount(from, to, digest));
      }
    }

    @Override
    public boolean delete(RepositoryName repository, Digest digest) {
      synchronized (lock) {
        return content(repository).blobs.remove(digest) != null;
      }
    }
  }

  // --- uploads

  private void end(Upload upload) {
    upload.owner.uploads.remove(upload.id);
    listeners.forEach(listener -> listener.accept(upload.id));
  }

  private final class MemoryUploads implements Uploads {
    @Override
    public UploadSession start(RepositoryName repository, UploadId id, DigestAlgorithm algorithm) {
      synchronized (lock) {
        Upload upload = new Upload(made(repository), id, clock.instant());
        upload.owner.uploads.put(upload.id, upload);
        return new Session(upload);
      }
    }

    @Override
    public UploadSession open(RepositoryName repository, UploadId id) {
      synchronized (lock) {
        Upload upload = require(repository, id);
        if (upload.writer != null) {
          throw new RegistryException(
              new RegistryError.RangeMismatch(
                  repository, id, upload.bytes.size(), "another request is writing"));
        }
        return new Session(upload);
      }
    }

    @Override
    public long size(RepositoryName repository, UploadId id) {
      synchronized (lock) {
        return require(repository, id).bytes.size();
      }
    }

    @Override
    public void cancel(RepositoryName repository, UploadId id) {
      synchronized (lock) {
        end(require(repository, id));
      }
    }

    @Override
    public int sweep(Duration idle) {
      synchronized (lock) {
        Instant moment = clock.instant().minus(idle);
        List<Upload> abandoned = abandoned(moment).toList();
        abandoned.forEach(MemoryStorage.this::end);
        return abandoned.size();
      }
    }

    @Override
    public int countAbandoned(Duration idle) {
      synchronized (lock) {
        Instant moment = clock.instant().minus(idle);
        return (int) abandoned(moment).count();
      }
    }

    private Stream<Upload> abandoned(Instant moment) {
      return all().filter(upload -> upload.writer == null && !upload.touched.isAfter(moment));
    }

    private Stream<Upload> all() {
      return contents.values().stream().flatMap(content -> content.uploads.values().stream());
    }

    @Override
    public void each(Consumer<UploadId> visitor) {
      synchronized (lock) {
        all().forEach(upload -> visitor.accept(upload.id));
      }
    }

    @Override
    public void whenEnded(Consumer<UploadId> listener) {
      synchronized (lock) {
        listeners.add(listener);
      }
    }

    private Upload require(RepositoryName repository, UploadId id) {
      Upload upload = content(repository).uploads.get(id);
      if (upload == null) {
        throw new RegistryException(new RegistryError.BlobUploadUnknown(id.value()));
      }
      return upload;
    }
  }

  private static final class Upload {
    final Content owner;
    final UploadId id;
    final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    @Nullable Session writer;
    Instant touched;

    Upload(Content owner, UploadId id, Instant touched) {
      this.owner = owner;
      this.id = id;
      this.touched = touched;
    }
  }

  private final class Session implements UploadSession {
    private final Upload upload;

    Session(Upload upload) {
      this.upload = upload;
      upload.writer = this;
    }

    @Override
    public UploadId id() {
      return upload.id;
    }

    @Override
    public long size() {
      synchronized (lock) {
        return upload.bytes.size();
      }
    }

    @Override
    public void append(ByteBuffer bytes) {
      byte[] chunk = new byte[bytes.remaining()];
      bytes.get(chunk);
      synchronized (lock) {
        requireLive();
        upload.bytes.writeBytes(chunk);
        upload.touched = clock.instant();
      }
    }

    @Override
    public BlobContent commit(Digest expected) {
      synchronized (lock) {
        requireLive();
        byte[] content = upload.bytes.toByteArray();
        Digest actual = DigestVerifier.digestOf(expected.algorithm(), content);
        if (!actual.equals(expected)) {
          throw new RegistryException(new RegistryError.DigestMismatch(expected, actual));
        }
        link(upload.owner, expected, content);
        end(upload);
        return new MemoryBlob(expected, content);
      }
    }

    private void requireLive() {
      if (upload.owner.uploads.get(upload.id) != upload) {
        throw new RegistryException(new RegistryError.BlobUploadUnknown(upload.id.value()));
      }
      if (upload.writer != this) {
        throw new IllegalStateException("upload " + upload.id + " is closed");
      }
    }

    @Override
    public void close() {
      synchronized (lock) {
        if (upload.writer == this) {
          upload.writer = null;
        }
      }
    }
  }

  // --- manifests, tags, referrers

  private final class MemoryManifests implements ManifestStore {
    @Override
    public Optional<StoredManifest> find(RepositoryName repository, Digest digest) {
      synchronized (lock) {
        return Optional.ofNullable(content(repository).manifests.get(digest)).map(Entry::manifest);
      }
    }

    @Override
    public Optional<StoredManifest> confirm(RepositoryName repository, Digest digest) {
      synchronized (lock) {
        Optional<StoredManifest> found = find(repository, digest);
        found.ifPresent(manifest -> content(repository).asked.put(digest, clock.instant()));
        return found;
      }
    }

    @Override
    public void put(ManifestPut put) {
      synchronized (lock) {
        Content target = content(put.repository());
        requireContent(put, target);
        requireCondition(put, target);
        target = made(put.repository());
        enter(put, target);
        for (Tag tag : put.tags()) {
          target.tags.put(tag, put.digest());
          target.history.computeIfAbsent(put.digest(), digest -> new TreeSet<>()).add(tag);
        }
      }
    }

    private void enter(ManifestPut put, Content target) {
      if (!target.manifests.containsKey(put.digest())) {
        target.manifests.put(put.digest(), entry(put));
        stored.put(put.digest(), put.bytes().length);
        put.facts().contents().forEach(target.unnamed::remove);
        if (put.tags().isEmpty()) {
          target.unnamed.put(put.digest(), clock.instant());
        }
      } else if (put.tags().isEmpty()) {
        target.asked.put(put.digest(), clock.instant());
      }
    }

    private Entry entry(ManifestPut put) {
      StoredManifest manifest =
          new StoredManifest(
              put.digest(), reader.read(put.bytes()).orElseThrow().mediaType(), put.bytes());
      return new Entry("%016x".formatted(arrivals++), put, manifest);
    }

    private void requireCondition(ManifestPut put, Content target) {
      for (Tag tag : put.tags()) {
        Optional<RegistryError> refusal =
            put.condition().refusal(tag, Optional.ofNullable(target.tags.get(tag)));
        if (refusal.isPresent()) {
          throw new RegistryException(refusal.get());
        }
      }
    }

    private void requireContent(ManifestPut put, Content target) {
      List<RegistryError> unknown = new ArrayList<>();
      List<RegistryError> wrong = new ArrayList<>();
      require(put.requiredBlobs(), target.blobs::get, unknown, wrong);
      require(put.requiredManifests(), digest -> bytes(target, digest), unknown, wrong);
      if (!unknown.isEmpty() || !wrong.isEmpty()) {
        throw new RegistryException(unknown.isEmpty() ? wrong : unknown);
      }
    }

    private static byte @Nullable [] bytes(Content content, Digest digest) {
      Entry entry = content.manifests.get(digest);
      return entry == null ? null : entry.manifest().bytes();
    }

    private static void require(
        List<Descriptor> wanted,
        Function<Digest, byte @Nullable []> known,
        List<RegistryError> unknown,
        List<RegistryError> wrong) {
      for (Descriptor descriptor : wanted) {
        byte[] bytes = known.apply(descriptor.digest());
        RegistryError missing = new RegistryError.ManifestBlobUnknown(descriptor.digest());
        if (bytes == null && !unknown.contains(missing)) {
          unknown.add(missing);
        } else if (bytes != null && bytes.length != descriptor.size()) {
          wrong.add(new RegistryError.ManifestInvalid("wrong size of " + descriptor.digest()));
        }
      }
    }

    @Override
    public Optional<List<Tag>> delete(RepositoryName repository, Digest digest) {
      synchronized (lock) {
        Content content = content(repository);
        List<Tag> named =
            content.tags.entrySet().stream()
                .filter(entry -> entry.getValue().equals(digest))
                .map(Map.Entry::getKey)
                .sorted(Comparator.comparing(Tag::name))
                .toList();
        named.forEach(content.tags::remove);
        return Optional.ofNullable(content.manifests.remove(digest)).map(_ -> named);
      }
    }
  }

  private final class MemoryTags implements TagStore {
    @Override
    public Optional<Digest> find(RepositoryName repository, Tag tag) {
      synchronized (lock) {
        return Optional.ofNullable(content(repository).tags.get(tag));
      }
    }

    @Override
    public Page<Tag> list(RepositoryName repository, @Nullable String after, int limit) {
      synchronized (lock) {
        Content content = content(repository);
        if (content.manifests.isEmpty()) {
          throw new RegistryException(new RegistryError.NameUnknown(repository));
        }
        return page(
            content.tags.keySet(), tag -> after == null || tag.name().compareTo(after) > 0, limit);
      }
    }

    @Override
    public boolean delete(RepositoryName repository, Tag tag) {
      synchronized (lock) {
        return content(repository).tags.remove(tag) != null;
      }
    }
  }

  private Page<Referrer> referrers(
      RepositoryName repository,
      Digest subject,
      Set<String> artifactTypes,
      @Nullable String after,
      int limit) {
    synchronized (lock) {
      List<Referrer> all =
          content(repository).manifests.values().stream()
              .filter(entry -> subject.equals(entry.put().facts().subject()))
              .map(
                  entry ->
                      new Referrer(
                          entry.cursor(), entry.put().digest(), entry.put().facts().artifactType()))
              .toList();
      return page(
          all,
          referrer ->
              (after == null || referrer.cursor().compareTo(after) > 0)
                  && (artifactTypes.isEmpty() || isOf(artifactTypes, referrer.artifactType())),
          limit);
    }
  }

  private static boolean isOf(Set<String> types, @Nullable String type) {
    return type != null && types.contains(type);
  }

  // --- repositories

  private final class MemoryRepositories implements Repositories {
    @Override
    public boolean exists(RepositoryName repository) {
      synchronized (lock) {
        return !content(repository).manifests.isEmpty();
      }
    }

    @Override
    public Page<RepositoryName> list(
        Predicate<RepositoryName> visible, @Nullable String after, int limit) {
      synchronized (lock) {
        return page(
            contents.keySet(),
            name ->
                (after == null || name.value().compareTo(after) > 0)
                    && exists(name)
                    && visible.test(name),
            limit);
      }
    }
  }
}
