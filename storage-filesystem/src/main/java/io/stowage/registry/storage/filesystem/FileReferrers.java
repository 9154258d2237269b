package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.storage.Page;
import io.stowage.registry.storage.Referrer;
import io.stowage.registry.storage.Referrers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Referrers, found in the manifests themselves: whoever wrote them, under whatever tag, each is
 * listed once. An index is made per repository on the first question (one read of each of its
 * manifests), follows our own changes, and is made again when the folder of revisions was changed
 * by somebody else. Nothing of it is on disk, so nothing can disagree with the tree
 * (docs/decisions/0013).
 */
final class FileReferrers implements Referrers {
  private final Layout layout;
  private final Revisions revisions;
  private final FolderCache<ReferrerIndex> indexes;

  FileReferrers(Layout layout, Revisions revisions, FolderCache<ReferrerIndex> indexes) {
    this.layout = layout;
    this.revisions = revisions;
    this.indexes = indexes;
  }

  @Override
  public Page<Referrer> list(
      RepositoryName repository,
      Digest subject,
      Set<String> artifactTypes,
      @Nullable String after,
      int limit)
      throws IOException {
    List<Referrer> page = new ArrayList<>();
    for (Referrer referrer : candidates(repository, subject, after)) {
      if (!isAsked(referrer, artifactTypes) || !revisions.has(repository, referrer.digest())) {
        continue;
      }
      if (page.size() == limit) {
        return new Page<>(page, true);
      }
      page.add(referrer);
    }
    return new Page<>(page, false);
  }

  private Iterable<Referrer> candidates(
      RepositoryName repository, Digest subject, @Nullable String after) throws IOException {
    var sha256 = index(repository, DigestAlgorithm.SHA256).after(subject, after);
    var sha512 = index(repository, DigestAlgorithm.SHA512).after(subject, after);
    if (sha512.isEmpty()) {
      return sha256.values();
    }
    TreeMap<String, Referrer> both = new TreeMap<>(sha256);
    both.putAll(sha512);
    return both.values();
  }

  private ReferrerIndex index(RepositoryName repository, DigestAlgorithm algorithm)
      throws IOException {
    return indexes.get(layout.revisions(repository, algorithm));
  }

  private static boolean isAsked(Referrer referrer, Set<String> artifactTypes) {
    String type = referrer.artifactType();
    return artifactTypes.isEmpty() || (type != null && artifactTypes.contains(type));
  }

  /** Reads the manifests of a folder of revisions. Aliases are passed over: they'd be twice. */
  static ReferrerIndex read(Path folder, List<String> names, Layout layout, Revisions revisions)
      throws IOException {
    ReferrerIndex index = new ReferrerIndex();
    for (String name : names) {
      Optional<Digest> digest = Digest.find(Layout.nameOf(folder) + ":" + name);
      if (digest.isPresent()) {
        add(index, folder.resolve(name).resolve(Layout.LINK), digest.get(), layout, revisions);
      }
    }
    return index;
  }

  private static void add(
      ReferrerIndex index, Path link, Digest digest, Layout layout, Revisions revisions)
      throws IOException {
    boolean alias =
        Link.read(link) instanceof Link.To(Digest target)
            && target.algorithm() != digest.algorithm();
    Optional<Revisions.Facts> facts = revisions.facts(digest, layout.blob(digest));
    if (alias || facts.isEmpty()) {
      return;
    }
    Digest subject = facts.get().subject();
    try {
      if (subject != null) {
        String type = facts.get().artifactType();
        index.add(digest, Files.getLastModifiedTime(link), subject, type);
      }
    } catch (NoSuchFileException e) {
      return; // deleted a moment ago, or only a folder is left
    }
  }
}
