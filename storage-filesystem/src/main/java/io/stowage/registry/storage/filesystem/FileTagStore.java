package io.stowage.registry.storage.filesystem;

import io.stowage.registry.error.RegistryError;
import io.stowage.registry.error.RegistryException;
import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.storage.Page;
import io.stowage.registry.storage.TagStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tags: a folder for each, with a link to the present manifest and one for each that it was ever
 * on. A tag comes and goes as a whole folder, by one rename, and moves by the rename of its present
 * link, so that a tag without a present link, or without its history link, is never seen.
 */
final class FileTagStore implements TagStore {
  private final Layout layout;
  private final Revisions revisions;
  private final FileRepositories repositories;
  private final FolderCache<Names> folders;
  private final Durability durability;
  private final Locks locks;
  private final Findings findings;

  FileTagStore(
      Layout layout,
      Revisions revisions,
      FileRepositories repositories,
      FolderCache<Names> folders,
      Durability durability,
      Locks locks,
      Findings findings) {
    this.layout = layout;
    this.revisions = revisions;
    this.repositories = repositories;
    this.folders = folders;
    this.durability = durability;
    this.locks = locks;
    this.findings = findings;
  }

  @Override
  public Optional<Digest> find(RepositoryName repository, Tag tag) throws IOException {
    Path file = layout.currentLink(repository, tag);
    return switch (Link.read(file)) {
      case Link.To(Digest target) -> Optional.of(target);
      case Link.Absent() -> Optional.empty();
      case Link.Torn() -> {
        findings.report(file, "damaged tag; counts as absent until it is pushed again");
        yield Optional.empty();
      }
    };
  }

  @Override
  public Page<Tag> list(RepositoryName repository, @Nullable String after, int limit)
      throws IOException {
    if (!repositories.exists(repository)) {
      throw new RegistryException(new RegistryError.NameUnknown(repository));
    }
    List<Tag> page = new ArrayList<>();
    Map<Digest, Boolean> seen = new HashMap<>();
    for (String name : folders.get(layout.tags(repository)).after(after)) {
      Tag tag = new Tag(name);
      if (!isListed(repository, tag, seen)) {
        continue;
      }
      if (page.size() == limit) {
        return new Page<>(page, true);
      }
      page.add(tag);
    }
    return new Page<>(page, false);
  }

  private boolean isListed(RepositoryName repository, Tag tag, Map<Digest, Boolean> seen)
      throws IOException {
    Optional<Digest> target = find(repository, tag);
    if (target.isEmpty()) {
      return false;
    }
    Boolean known = seen.get(target.get());
    if (known == null) {
      known = revisions.has(repository, target.get());
      seen.put(target.get(), known);
    }
    return known;
  }

  /** Takes what is left of a half-deleted tag away too, and says that there was one. */
  @Override
  public boolean delete(RepositoryName repository, Tag tag) throws IOException {
    try (var _ = locks.share(repository);
        var _ = locks.tags(repository, List.of(tag));
        Commit commit = durability.begin()) {
      if (!Files.isDirectory(layout.tag(repository, tag))) {
        return false;
      }
      try (var change = folders.change(layout.tags(repository))) {
        commit.remove(layout.tag(repository, tag));
        commit.durable();
        change.made(names -> names.remove(tag.name()));
      }
      return true;
    }
  }

  /** The names in a folder of tags, without what tools and file systems leave there. */
  static Names tagNames(Path folder, List<String> names) {
    return new Names(names.stream().filter(Tag::isValid).toList());
  }

  /**
   * The tags on a manifest. Reads the link of each tag of the repository: deleting a manifest that
   * way costs the tags there are, not the tags on it.
   */
  List<Tag> on(RepositoryName repository, Digest digest) throws IOException {
    List<Tag> tags = new ArrayList<>();
    for (String name : FolderCache.names(layout.tags(repository))) {
      if (Tag.isValid(name) && find(repository, new Tag(name)).filter(digest::equals).isPresent()) {
        tags.add(new Tag(name));
      }
    }
    return tags;
  }

  /** A tag that is written in full and only needs its names. */
  interface Prepared {
    void publish() throws IOException;
  }

  /** Does all of setting a tag that needs space; whoever publishes it holds the tag's lock. */
  Prepared prepare(Commit commit, RepositoryName repository, Tag tag, Digest digest)
      throws IOException {
    byte[] link = Link.bytes(digest);
    if (!Files.isDirectory(layout.tag(repository, tag))) {
      Map<String, byte[]> files = new LinkedHashMap<>();
      files.put(Layout.indexLinkIn(digest), link);
      files.put(Layout.CURRENT_LINK, link);
      Commit.Staged folder = commit.stageFolder(files);
      return () -> commit.publish(folder, layout.tag(repository, tag));
    }
    Path index = layout.indexLink(repository, tag, digest);
    Path current = layout.currentLink(repository, tag);
    Prepared history = preparedLink(commit, index, digest);
    Prepared present = preparedLink(commit, current, digest);
    return () -> {
      history.publish();
      present.publish();
    };
  }

  private static Prepared preparedLink(Commit commit, Path link, Digest digest) throws IOException {
    if (Link.isWhole(link, digest)) {
      return () -> commit.keep(link);
    }
    Commit.Staged staged = commit.stage(Link.bytes(digest), null);
    return () -> commit.publish(staged, link);
  }
}
