package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Descriptor;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import java.nio.file.Path;

/**
 * Something on a volume that isn't as docs/storage-layout.md has it: broken, left over, or merely
 * odd. Pure data; what it means for whom is said by who shows it. Paths are absolute.
 */
public sealed interface VolumeFinding {
  /** Where it is. */
  Path where();

  /** Which link file, by what it stands for. */
  sealed interface LinkName {
    RepositoryName repository();

    /** A repository's link to a blob. */
    record Layer(RepositoryName repository, Digest digest) implements LinkName {}

    /** A repository's link to a manifest. */
    record Revision(RepositoryName repository, Digest digest) implements LinkName {}

    /** What a tag is on. */
    record Current(RepositoryName repository, Tag tag) implements LinkName {}

    /** What a tag was on once, or is. */
    record History(RepositoryName repository, Tag tag, Digest digest) implements LinkName {}
  }

  // --- links

  /** A link that isn't what its path says, or leads nowhere. */
  sealed interface LinkProblem extends VolumeFinding {}

  /** A link without a digest in it. */
  record TornLink(LinkName link, Path where) implements LinkProblem {}

  /** A link to something else than its own path says. */
  record MisdirectedLink(LinkName link, Digest target, Path where) implements LinkProblem {}

  /** A link with white space around its digest, at which registry:2 and registry:3 fail. */
  record PaddedLink(LinkName link, Digest target, Path where) implements LinkProblem {}

  /** A link by one algorithm to bytes kept by another, as registry:2 and registry:3 write them. */
  record Alias(RepositoryName repository, Digest digest, Digest target, Path where)
      implements LinkProblem {}

  /** An alias whose bytes are gone or have another digest. */
  record DanglingAlias(RepositoryName repository, Digest digest, Digest target, Path where)
      implements LinkProblem {}

  /** A link to a blob whose bytes are gone. Whether anybody misses it, its manifests say. */
  record LayerWithoutBytes(RepositoryName repository, Digest digest, Path where)
      implements LinkProblem {}

  // --- tags

  /** A tag that can't be had, or that others can't handle. */
  sealed interface TagProblem extends VolumeFinding {}

  /**
   * A tag on a manifest that can't be had.
   *
   * @param linked whether the repository still has the manifest's link: then the bytes are damaged,
   *     and the tag would come back with them
   */
  record DanglingTag(RepositoryName repository, Tag tag, Digest digest, boolean linked, Path where)
      implements TagProblem {}

  /** The folder of a tag that is on nothing. */
  record TagWithoutLink(RepositoryName repository, Tag tag, Path where) implements TagProblem {}

  /** A tag whose present digest is missing from its history. */
  record TagWithoutHistory(RepositoryName repository, Tag tag, Digest digest, Path where)
      implements TagProblem {}

  // --- manifests

  /** A manifest, or a repository of manifests, that isn't whole. */
  sealed interface ManifestProblem extends VolumeFinding {}

  /** What is wrong with the bytes that a manifest's link leads to. */
  enum Damage {
    NO_BYTES,
    WRONG_BYTES,
    NO_MANIFEST
  }

  /** A manifest that is linked and can't be served. */
  record DamagedManifest(RepositoryName repository, Digest digest, Damage damage, Path where)
      implements ManifestProblem {}

  /** A manifest that names a blob, or another manifest, that its repository doesn't have. */
  record MissingContent(RepositoryName repository, Digest manifest, Descriptor wanted, Path where)
      implements ManifestProblem {}

  /** A manifest that names content of another size than it has. */
  record WrongSize(
      RepositoryName repository, Digest manifest, Descriptor wanted, long size, Path where)
      implements ManifestProblem {}

  /** A repository with manifests and no folder for layers, at which registry:3 collects nothing. */
  record RepositoryWithoutLayers(RepositoryName repository, Path where)
      implements ManifestProblem {}

  // --- blobs

  /** Bytes at a wrong place, or of wrong content, or of no use. */
  sealed interface BlobProblem extends VolumeFinding {}

  /** A file whose bytes don't have the digest of its path. */
  record WrongBytes(Digest digest, long bytes, Path where) implements BlobProblem {}

  /** The folder of a blob without the blob. */
  record BlobWithoutData(Digest digest, Path where) implements BlobProblem {}

  /**
   * A file by the name of a blob's data where no blob can be: registry:3's collection dies of it.
   */
  record MisplacedData(Path where) implements BlobProblem {}

  /** Bytes that no manifest names. */
  record Unreferenced(Digest digest, long bytes, Path where) implements BlobProblem {}

  // --- the rest

  /** What is of no repository, or of no use. */
  sealed interface Oddment extends VolumeFinding {}

  /** An upload that nobody touched for long. */
  record LeakedUpload(long bytes, Path where) implements Oddment {}

  /** A temporary file or folder that nobody touched for long. */
  record StrayTemporary(long bytes, Path where) implements Oddment {}

  /** A file or folder whose name says nothing to a registry. */
  record ForeignName(Path where) implements Oddment {}

  /** Two names in a folder that some file systems take for one. */
  record CaseCollision(String other, Path where) implements Oddment {}

  /** Something that could not be looked at. */
  record Unreadable(String reason, Path where) implements Oddment {}
}
