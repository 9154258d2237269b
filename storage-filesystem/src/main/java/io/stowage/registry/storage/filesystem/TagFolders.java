package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The folders of tags: one for each, with a link to the present manifest and one for each that it
 * was ever on. A tag comes and goes as a whole folder, by one rename, and moves by the rename of
 * its present link, so that a tag without a present link, or without its history link, is never
 * seen.
 */
final class TagFolders {
  private final Layout layout;
  private final Findings findings;

  TagFolders(Layout layout, Findings findings) {
    this.layout = layout;
    this.findings = findings;
  }

  /** The digest that the tag is on; empty if there is no such tag or its link is damaged. */
  Optional<Digest> find(RepositoryName repository, Tag tag) throws IOException {
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
