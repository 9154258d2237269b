package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.storage.filesystem.BlobInspection.Pace;
import io.stowage.registry.storage.filesystem.BlobInspection.Verdict;
import io.stowage.registry.storage.filesystem.VolumeFinding.LinkName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Mends what a check found, as far as nothing can be lost by it: what was readable stays so, links
 * are written only over content that was read and found sound, and what is taken away goes into
 * quarantine. Everything is looked at once more under the locks of writers, so it may go on beside
 * them.
 */
final class VolumeRepair {
  private final Layout layout;
  private final Layers layers;
  private final Revisions revisions;
  private final FolderCache<Names> tagFolders;
  private final Durability durability;
  private final Locks locks;
  private final Quarantine quarantine;
  private final Leftovers leftovers;
  private final ReentrantLock reading = new ReentrantLock();

  /** One for all, because of its memory, and none before there is something to mend. */
  private @Nullable BlobInspection inspection; // guarded by reading

  /** How abandoned things go away. */
  interface Leftovers {
    /** Takes an upload or a temporary file away, unless somebody uses it. */
    boolean drop(Path path) throws IOException;
  }

  VolumeRepair(
      Layout layout,
      Layers layers,
      Revisions revisions,
      FolderCache<Names> tagFolders,
      Durability durability,
      Locks locks,
      Quarantine quarantine,
      Leftovers leftovers) {
    this.layout = layout;
    this.layers = layers;
    this.revisions = revisions;
    this.tagFolders = tagFolders;
    this.durability = durability;
    this.locks = locks;
    this.quarantine = quarantine;
    this.leftovers = leftovers;
  }

  /** What was done; empty if nothing could be. */
  Optional<String> mend(VolumeFinding finding) throws IOException {
    durability.settle();
    return switch (finding) {
      case VolumeFinding.TornLink f -> rewrite(f.link());
      case VolumeFinding.MisdirectedLink f -> rewrite(f.link());
      case VolumeFinding.PaddedLink f -> rewrite(f.link());
      case VolumeFinding.DanglingAlias f -> setAliasAside(f);
      case VolumeFinding.DanglingTag f -> setTagAside(f.repository(), f.tag());
      case VolumeFinding.TagWithoutLink f -> setTagAside(f.repository(), f.tag());
      case VolumeFinding.TagWithoutHistory f ->
          rewrite(new LinkName.History(f.repository(), f.tag(), f.digest()));
      case VolumeFinding.RepositoryWithoutLayers f -> makeLayers(f.repository());
      case VolumeFinding.WrongBytes f -> {
        Optional<Stamp> wrong = lookAgain(f.digest(), Pace.FULL);
        yield wrong.isEmpty() ? Optional.empty() : setBytesAside(f.digest(), wrong.get());
      }
      case VolumeFinding.LeakedUpload f -> drop(f.where());
      case VolumeFinding.StrayTemporary f -> drop(f.where());
      case VolumeFinding.Alias _,
          VolumeFinding.LayerWithoutBytes _,
          VolumeFinding.DamagedManifest _,
          VolumeFinding.MissingContent _,
          VolumeFinding.WrongSize _,
          VolumeFinding.BlobWithoutData _,
          VolumeFinding.MisplacedData _,
          VolumeFinding.Unreferenced _,
          VolumeFinding.ForeignName _,
          VolumeFinding.CaseCollision _,
          VolumeFinding.Unreadable _ ->
          Optional.empty();
    };
  }

  // --- links

  /** Content is read before the lock, for it may be long; under it the answer is remembered. */
  private Optional<String> rewrite(LinkName link) throws IOException {
    if (target(link).isEmpty()) {
      return Optional.empty();
    }
    try (var _ = locks.own(link.repository())) {
      Optional<Digest> target = target(link);
      return target.isEmpty() ? Optional.empty() : rewrite(file(link), target.get());
    }
  }

  /** What the link has to lead to, if that is certain and sound. */
  private Optional<Digest> target(LinkName link) throws IOException {
    return switch (link) {
      case LinkName.Layer(RepositoryName name, Digest digest) ->
          layers.find(name, digest).map(BlobFile::digest);
      case LinkName.Revision(RepositoryName name, Digest digest) ->
          revisions.has(name, digest) ? Optional.of(digest) : Optional.empty();
      case LinkName.History(RepositoryName name, Tag tag, Digest digest) ->
          Files.isDirectory(layout.tag(name, tag)) ? Optional.of(digest) : Optional.empty();
      case LinkName.Current current ->
          Link.read(file(current)) instanceof Link.To(Digest digest)
              ? Optional.of(digest)
              : Optional.empty();
    };
  }

  private Path file(LinkName link) {
    return switch (link) {
      case LinkName.Layer(RepositoryName name, Digest digest) -> layout.layerLink(name, digest);
      case LinkName.Revision(RepositoryName name, Digest digest) ->
          layout.revisionLink(name, digest);
      case LinkName.Current(RepositoryName name, Tag tag) -> layout.currentLink(name, tag);
      case LinkName.History(RepositoryName name, Tag tag, Digest digest) ->
          layout.indexLink(name, tag, digest);
    };
  }

  /** Keeps the time: that of a manifest's link is its place among the referrers. */
  private Optional<String> rewrite(Path file, Digest digest) throws IOException {
    if (Link.isWhole(file, digest) || Files.isDirectory(file)) {
      return Optional.empty();
    }
    Optional<BasicFileAttributes> old = Stamp.attributes(file);
    try (Commit commit = durability.begin()) {
      Commit.Staged staged =
          old.isEmpty()
              ? commit.stage(Link.bytes(digest), null)
              : commit.stage(Link.bytes(digest), old.get().lastModifiedTime());
      commit.publish(staged, file);
      commit.durable();
    }
    return Optional.of("wrote the link anew, to " + digest);
  }

  private Optional<String> setAliasAside(VolumeFinding.DanglingAlias finding) throws IOException {
    RepositoryName name = finding.repository();
    durability.settle();
    try (var _ = locks.own(name)) {
      boolean dangles =
          Link.read(finding.where()).isTo(finding.target())
              && layers.find(name, finding.digest()).isEmpty()
              && !revisions.has(name, finding.digest());
      return dangles ? setAside(finding.where()) : Optional.empty();
    }
  }

  // --- tags

  /** Only a tag whose manifest was deleted: one whose bytes are damaged may come back with them. */
  private Optional<String> setTagAside(RepositoryName name, Tag tag) throws IOException {
    try (var _ = locks.own(name)) {
      Path folder = layout.tag(name, tag);
      if (!Files.isDirectory(folder) || isOnSomething(name, tag)) {
        return Optional.empty();
      }
      try (var change = tagFolders.change(layout.tags(name))) {
        Optional<String> how = setAside(folder);
        change.made(names -> names.remove(tag.name()));
        return how;
      }
    }
  }

  private boolean isOnSomething(RepositoryName name, Tag tag) throws IOException {
    return switch (Link.read(layout.currentLink(name, tag))) {
      case Link.Absent() -> false;
      case Link.Torn() -> true;
      case Link.To(Digest digest) -> revisions.isLinked(name, digest);
    };
  }

  // --- the rest

  private Optional<String> makeLayers(RepositoryName name) throws IOException {
    durability.settle();
    try (var _ = locks.share(name);
        Commit commit = durability.begin()) {
      if (!Files.isDirectory(layout.manifests(name)) || Files.exists(layout.layers(name))) {
        return Optional.empty();
      }
      commit.makeFolder(layout.layers(name));
      commit.durable();
    }
    return Optional.of("made the folder");
  }

  /**
   * Reads bytes once more that were found not to have their digest. Whoever asks meanwhile waits,
   * and none of them is a client.
   *
   * @return the stamp of the file if they still don't; empty if they do, or are gone
   * @throws IOException if they can't be read, or what the pace threw
   */
  Optional<Stamp> lookAgain(Digest digest, Pace pace) throws IOException {
    durability.settle();
    reading.lock();
    try {
      BlobInspection reader = inspection == null ? new BlobInspection() : inspection;
      inspection = reader;
      return reader.inspect(layout.blob(digest), digest, pace)
              instanceof Verdict.Wrong(Stamp stamp, Digest _)
          ? Optional.of(stamp)
          : Optional.empty();
    } finally {
      reading.unlock();
    }
  }

  /**
   * Moves bytes that don't have their digest to the quarantine, so that the blob is absent until
   * somebody pushes it again.
   *
   * @param stamp of the file when it was read: a push may have replaced it
   * @return what was done; empty if it is another one now, or gone
   * @throws IOException if they can't be moved; they stay then
   */
  Optional<String> setBytesAside(Digest digest, Stamp stamp) throws IOException {
    Path file = layout.blob(digest);
    try (var _ = locks.digest(digest)) {
      return Stamp.attributes(file).map(Stamp::of).filter(stamp::equals).isPresent()
          ? setAside(Layout.folderOf(file))
          : Optional.empty();
    }
  }

  private Optional<String> setAside(Path path) throws IOException {
    try (Commit commit = durability.begin()) {
      Path place = quarantine.placeOf(path);
      commit.setAside(path, place);
      commit.durable();
      return Optional.of("moved it to " + place);
    }
  }

  private Optional<String> drop(Path path) throws IOException {
    return leftovers.drop(path) ? Optional.of("removed it") : Optional.empty();
  }
}
