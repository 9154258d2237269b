package io.stowage.registry.storage;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Frees what nobody can reach any more, while readers and writers go on.
 *
 * <p><b>What is kept.</b> Without {@link Order#untagged} every manifest is. With it, a manifest is
 * kept if a tag is on it, if a kept index names it (however deep), or if its subject is kept: a
 * signature lives as long as what it signs. A blob is kept as long as a kept manifest of any
 * repository names it, and a repository's link to it as long as a kept manifest of that repository
 * does.
 *
 * <p><b>Pushes under way.</b> Whoever was told that a blob or manifest is there (by a commit, a
 * mount, a put without a tag, or a successful {@code confirm}) may rely on it for {@link
 * Order#grace}. What came by a commit, mount or put of its own, and was not asked for since, may go
 * as soon as a new manifest that names it has arrived and is gone again. Nothing that is relied on
 * is removed, and nothing that was named or found while the collection ran; what is to go is looked
 * at once more under the lock that those who rely on it take. So a client never hears that
 * something is unknown which it was told is there. A storage that was opened a moment ago knows
 * when things came, and not who asked for them before.
 *
 * <p><b>Doubt.</b> What can't be read is reported as {@link Finding.Undecided}, hurts nothing else,
 * and keeps all that it may name: a repository of which a manifest was not understood loses
 * nothing. If it isn't even known what a repository holds, no bytes are removed at all.
 *
 * <p>After a crash at any point, what is left is as if the collection had ended there. One
 * collection runs at a time; another caller waits for it.
 */
public interface GarbageCollector {
  /**
   * What to do.
   *
   * @param dryRun find everything and remove nothing
   * @param untagged whether manifests without a tag may go
   * @param grace how long somebody may rely on what he was told is there; zero if nobody is pushing
   */
  record Order(boolean dryRun, boolean untagged, Duration grace) {}

  /** What a collection finds and does, in the order in which it happens. */
  sealed interface Finding {
    /** All that follows, up to the next one of its kind, is about this repository. */
    record Repository(RepositoryName name) implements Finding {}

    /** A manifest stays. */
    record ManifestKept(RepositoryName repository, Digest digest) implements Finding {}

    /** A blob stays; told when it is first met, and not again for other manifests. */
    record BlobKept(RepositoryName repository, Digest digest) implements Finding {}

    /** Untagged manifests are to go, and the repository has no tags at all. */
    record TagsMissing(RepositoryName repository) implements Finding {}

    /**
     * A manifest may go.
     *
     * @param formerTags tags that were on it once, as far as the storage remembers them
     */
    record ManifestEligible(RepositoryName repository, Digest digest, List<Tag> formerTags)
        implements Finding {
      public ManifestEligible {
        formerTags = List.copyOf(formerTags);
      }
    }

    /** Something could not be read, and what it may name stays. One line for operators. */
    record Undecided(String text) implements Finding {}

    /**
     * The end of looking; what follows is what may go and goes: manifests, then links, then bytes,
     * so that a name never outlives what it names. As much follows as is counted here, unless
     * somebody names or finds something meanwhile, which then stays after all.
     *
     * @param blobsKept how many digests stay: of manifests, what these name, and what is relied on
     */
    record Counted(long blobsKept, long blobsEligible, long manifestsEligible) implements Finding {}

    /** The bytes of a blob or of a deleted manifest may go. */
    record BlobEligible(Digest digest) implements Finding {}

    /** A repository's link to a blob that none of its manifests names may go. */
    record LinkEligible(RepositoryName repository, Digest digest) implements Finding {}

    /** The manifest is gone from the repository. */
    record ManifestDeleted(RepositoryName repository, Digest digest) implements Finding {}

    /** The link is gone. */
    record LinkDeleted(RepositoryName repository, Digest digest) implements Finding {}

    /** The bytes are gone. */
    record BlobDeleted(Digest digest, long bytes) implements Finding {}
  }

  /** Hears of everything, on the collecting thread; what it throws ends the collection. */
  @FunctionalInterface
  interface Listener {
    void found(Finding finding) throws IOException;
  }

  /**
   * What came of a collection.
   *
   * @param undecided how many things could not be decided, and were therefore kept
   * @param freedBytes how much was freed; 0 for a dry run
   */
  record Outcome(
      long manifestsDeleted,
      long linksDeleted,
      long blobsDeleted,
      long freedBytes,
      long undecided) {}

  /**
   * Collects.
   *
   * @throws IOException if the storage can't be walked or changed at all, or the listener failed
   */
  Outcome collect(Order order, Listener listener) throws IOException;
}
