package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.oci.UploadId;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * The only class that knows where things are (docs/storage-layout.md). It touches no file. All
 * values it takes are valid by construction, so none can lead out of the root.
 */
final class Layout {
  static final String LINK = "link";
  static final String DATA = "data";
  static final String STARTED_AT = "startedat";
  static final String CURRENT_LINK = "current/" + LINK;
  static final String TEMPORARY_SUFFIX = ".tmp";

  private static final String BARE_UPLOAD_SUFFIX = "." + DATA;

  private static final String LAYERS = "_layers";
  private static final String MANIFESTS = "_manifests";
  private static final String UPLOADS = "_uploads";

  private final Path root;
  private final Path base;

  Layout(Path root) {
    this.root = root;
    this.base = root.resolve("docker/registry/v2");
  }

  /** The folder of a path that can't be a root. */
  static Path folderOf(Path path) {
    return Objects.requireNonNull(path.getParent(), "a path below the root has a parent");
  }

  /** The last name of a path that can't be a root. */
  static String nameOf(Path path) {
    return Objects.requireNonNull(path.getFileName(), "a path below the root has a name")
        .toString();
  }

  Path root() {
    return root;
  }

  // --- blobs

  Path blobs() {
    return base.resolve("blobs");
  }

  Path blob(Digest digest) {
    return blobs()
        .resolve(digest.algorithm().identifier())
        .resolve(digest.hex().substring(0, 2))
        .resolve(digest.hex())
        .resolve(DATA);
  }

  /** The digest that bytes at this place have; empty for what is no blob's. */
  Optional<Digest> digestOf(Path file) {
    if (!file.startsWith(blobs()) || !file.endsWith(DATA)) {
      return Optional.empty();
    }
    Path folder = folderOf(file);
    String algorithm = nameOf(folderOf(folderOf(folder)));
    return Digest.find(algorithm + ":" + nameOf(folder)).filter(own -> blob(own).equals(file));
  }

  // --- repositories

  Path repositories() {
    return base.resolve("repositories");
  }

  Path repository(RepositoryName name) {
    return repositories().resolve(name.value());
  }

  /** What makes a folder that of a repository, and not only a part of a name: any of these. */
  static List<Path> partsIn(Path repository) {
    return List.of(
        repository.resolve(LAYERS), repository.resolve(MANIFESTS), repository.resolve(UPLOADS));
  }

  Path layers(RepositoryName name) {
    return layersIn(repository(name));
  }

  /** The layers of the repository in this folder. */
  static Path layersIn(Path repository) {
    return repository.resolve(LAYERS);
  }

  Path layerLink(RepositoryName name, Digest digest) {
    return under(layers(name), digest);
  }

  /** The manifests of the repository in this folder. */
  static Path manifestsIn(Path repository) {
    return repository.resolve(MANIFESTS);
  }

  Path manifests(RepositoryName name) {
    return manifestsIn(repository(name));
  }

  /** The folders, one for each algorithm, of manifests of the repository in this folder. */
  static Path revisionsIn(Path repository) {
    return manifestsIn(repository).resolve("revisions");
  }

  Path revisions(RepositoryName name, DigestAlgorithm algorithm) {
    return revisionsIn(repository(name)).resolve(algorithm.identifier());
  }

  Path revisionLink(RepositoryName name, Digest digest) {
    return revisions(name, digest.algorithm()).resolve(digest.hex()).resolve(LINK);
  }

  Path tags(RepositoryName name) {
    return tagsIn(repository(name));
  }

  /** The tags of the repository in this folder. */
  static Path tagsIn(Path repository) {
    return manifestsIn(repository).resolve("tags");
  }

  Path tag(RepositoryName name, Tag tag) {
    return tags(name).resolve(tag.name());
  }

  Path currentLink(RepositoryName name, Tag tag) {
    return tag(name, tag).resolve(CURRENT_LINK);
  }

  Path indexLink(RepositoryName name, Tag tag, Digest digest) {
    return tag(name, tag).resolve(indexLinkIn(digest));
  }

  /** The history link of a digest, relative to the folder of its tag. */
  static String indexLinkIn(Digest digest) {
    return "index/" + digest.algorithm().identifier() + "/" + digest.hex() + "/" + LINK;
  }

  // --- uploads

  /** The uploads of the repository in this folder. */
  static Path uploadsIn(Path repository) {
    return repository.resolve(UPLOADS);
  }

  Path upload(RepositoryName name, UploadId id) {
    return uploadsIn(repository(name)).resolve(id.value());
  }

  // --- what distribution doesn't know, and passes over

  /** The bytes of an upload that has no folder yet. */
  Path bareUpload(RepositoryName name, UploadId id) {
    return uploadsIn(repository(name)).resolve(id.value() + BARE_UPLOAD_SUFFIX);
  }

  static boolean isBareUpload(Path path) {
    String name = nameOf(path);
    return name.endsWith(BARE_UPLOAD_SUFFIX) && uploadOf(path).isPresent();
  }

  /** The upload that a folder, or a file in the place of one, belongs to by its name. */
  static Optional<UploadId> uploadOf(Path path) {
    String name = nameOf(path);
    String id =
        name.endsWith(BARE_UPLOAD_SUFFIX)
            ? name.substring(0, name.length() - BARE_UPLOAD_SUFFIX.length())
            : name;
    return UploadId.isValid(id) ? Optional.of(new UploadId(id)) : Optional.empty();
  }

  /** The folder that an upload without one would have. */
  static Path uploadFolder(Path bare) {
    String name = nameOf(bare);
    return bare.resolveSibling(name.substring(0, name.length() - BARE_UPLOAD_SUFFIX.length()));
  }

  /** Files and folders on their way in or out; on the file system of the blobs. */
  Path temporaries() {
    return base.resolve("_tmp");
  }

  Path newTemporary() {
    return temporaries().resolve(UUID.randomUUID() + TEMPORARY_SUFFIX);
  }

  /** A temporary name in the target's own folder, as registry:3 makes them. */
  static Path temporaryBeside(Path target) {
    return target.resolveSibling(nameOf(target) + "." + UUID.randomUUID() + TEMPORARY_SUFFIX);
  }

  /** The server's own folder. */
  Path own() {
    return root.resolve("_stowage");
  }

  Path ownerLock() {
    return own().resolve("lock");
  }

  /** Where a repair puts what it takes away. */
  Path quarantine() {
    return own().resolve("quarantine");
  }

  /** The place of the scrub: a {@link ScrubFile}. */
  Path scrub() {
    return own().resolve("scrub");
  }

  /** The files of the {@link RedoLog}. */
  Path redoLog() {
    return own().resolve("log");
  }

  /** A path below the root as the log has it. */
  String relative(Path path) {
    return root.relativize(path).toString();
  }

  /**
   * What {@link #relative} was made from.
   *
   * @throws IllegalArgumentException if that leads out of the root
   */
  Path below(String relative) {
    Path path = root.resolve(relative).normalize();
    if (!path.startsWith(root) || path.equals(root)) {
      throw new IllegalArgumentException("a path of the redo log leads out of the root");
    }
    return path;
  }

  /** The link to a digest in a folder of layers or of revisions. */
  static Path linkIn(Path folder, Digest digest) {
    return under(folder, digest);
  }

  /** The history of a tag's folder: a folder for each algorithm, with one for each digest. */
  static Path historyIn(Path tag) {
    return tag.resolve("index");
  }

  private static Path under(Path folder, Digest digest) {
    return folder.resolve(digest.algorithm().identifier()).resolve(digest.hex()).resolve(LINK);
  }
}
