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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tags by their folders. */
final class FileTagStore implements TagStore {
  private final Layout layout;
  private final TagFolders tags;
  private final Revisions revisions;
  private final FileRepositories repositories;
  private final FolderCache<Names> folders;
  private final Durability durability;
  private final Locks locks;

  FileTagStore(
      Layout layout,
      TagFolders tags,
      Revisions revisions,
      FileRepositories repositories,
      FolderCache<Names> folders,
      Durability durability,
      Locks locks) {
    this.layout = layout;
    this.tags = tags;
    this.revisions = revisions;
    this.repositories = repositories;
    this.folders = folders;
    this.durability = durability;
    this.locks = locks;
  }

  @Override
  public Optional<Digest> find(RepositoryName repository, Tag tag) throws IOException {
    return tags.find(repository, tag);
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
    durability.settle();
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
}
