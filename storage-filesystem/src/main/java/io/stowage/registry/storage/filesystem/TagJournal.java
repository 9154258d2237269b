package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes several tags change together. Before the first one changes, a record says where all of them
 * are; after the last one it goes away, before anybody is told. A record that is found at start is
 * of a request that nobody got an answer to: its tags are put back. The same is done before the
 * next change to a repository whose last one failed and could not be taken back.
 *
 * <p>One tag alone needs no record: it changes by one rename.
 *
 * <pre>
 *   stowage tags 1
 *   repository library/app
 *   tag v1 sha256:...
 *   tag latest -
 *   end
 * </pre>
 */
final class TagJournal {
  private static final Logger LOG = LoggerFactory.getLogger(TagJournal.class);
  private static final String HEAD = "stowage tags 1";
  private static final String END = "end";
  private static final String NOWHERE = "-";

  private final Layout layout;
  private final TagFolders tags;
  private final Revisions revisions;
  private final Durability durability;
  private final Locks locks;

  /** Records whose tags are a mixture, by their file. */
  private final Map<Path, RepositoryName> unsettled = new ConcurrentHashMap<>();

  TagJournal(
      Layout layout, TagFolders tags, Revisions revisions, Durability durability, Locks locks) {
    this.layout = layout;
    this.tags = tags;
    this.revisions = revisions;
    this.durability = durability;
    this.locks = locks;
  }

  /** Where tags were; a tag that was nowhere is on nothing. */
  private record Before(RepositoryName repository, Map<Tag, Optional<Digest>> places) {}

  /**
   * Writes down where the tags are, durably, as a part of a commit that is going to change them.
   *
   * @return the record, which the commit removes when all are changed
   */
  Path write(Commit commit, RepositoryName repository, List<Tag> names) throws IOException {
    StringBuilder text = new StringBuilder(HEAD).append('\n');
    text.append("repository ").append(repository).append('\n');
    for (Tag tag : names) {
      String place = tags.find(repository, tag).map(Digest::toString).orElse(NOWHERE);
      text.append("tag ").append(tag).append(' ').append(place).append('\n');
    }
    text.append(END).append('\n');
    Path file = layout.journal().resolve(UUID.randomUUID().toString());
    commit.write(file, text.toString().getBytes(StandardCharsets.US_ASCII));
    commit.ifMixed(() -> unsettled.put(file, repository));
    commit.barrier();
    return file;
  }

  /** Puts back what the last run of the server left half done. For the start, before any writer. */
  void settleAll() throws IOException {
    for (String name : FolderCache.names(layout.journal())) {
      settle(layout.journal().resolve(name));
    }
  }

  /** Puts back what failed in this repository, if anything. Throws if it still can't be. */
  void settle(RepositoryName repository) throws IOException {
    if (unsettled.isEmpty()) {
      return;
    }
    for (Path record : List.copyOf(unsettled.keySet())) {
      if (repository.equals(unsettled.get(record))) {
        settle(record);
        unsettled.remove(record);
      }
    }
  }

  private void settle(Path record) throws IOException {
    if (!Files.isRegularFile(record)) {
      return; // settled by another request
    }
    Optional<Before> before = parse(Files.readString(record, StandardCharsets.ISO_8859_1));
    if (before.isEmpty()) {
      LOG.warn("{}: no record of tags; ignored", record);
      return;
    }
    putBack(before.get(), record);
  }

  private void putBack(Before before, Path record) throws IOException {
    RepositoryName repository = before.repository();
    try (var _ = locks.own(repository);
        Commit commit = durability.begin()) {
      if (!Files.isRegularFile(record)) {
        return;
      }
      for (Map.Entry<Tag, Optional<Digest>> place : before.places().entrySet()) {
        putBack(commit, repository, place.getKey(), place.getValue());
      }
      commit.barrier();
      commit.remove(record);
      commit.durable();
    }
    LOG.info("{}: put back {} after an interrupted request", repository, before.places().keySet());
  }

  /** Never puts a tag on a manifest that is gone: the request may have been its removal. */
  private void putBack(Commit commit, RepositoryName repository, Tag tag, Optional<Digest> place)
      throws IOException {
    if (place.isPresent() && revisions.has(repository, place.get())) {
      tags.prepare(commit, repository, tag, place.get()).publish();
    } else if (Files.isDirectory(layout.tag(repository, tag))) {
      commit.remove(layout.tag(repository, tag));
    }
  }

  private static Optional<Before> parse(String text) {
    List<String> lines = text.lines().toList();
    int last = lines.size() - 1;
    if (last < 2 || !lines.getFirst().equals(HEAD) || !lines.getLast().equals(END)) {
      return Optional.empty();
    }
    String[] name = lines.get(1).split(" ", -1);
    if (name.length != 2 || !RepositoryName.isValid(name[1])) {
      return Optional.empty();
    }
    Map<Tag, Optional<Digest>> places = new LinkedHashMap<>();
    for (String line : lines.subList(2, last)) {
      String[] words = line.split(" ", -1);
      if (words.length != 3 || !Tag.isValid(words[1])) {
        return Optional.empty();
      }
      places.put(new Tag(words[1]), Digest.find(words[2]));
    }
    return Optional.of(new Before(new RepositoryName(name[1]), places));
  }
}
