package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.Tag;
import io.stowage.registry.storage.filesystem.VolumeFinding.LinkName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Goes through the tags of one repository: what they are on, and what they were on. */
final class TagCheck {
  private final Layout layout;
  private final Revisions revisions;
  private final Looks looks;

  TagCheck(Layout layout, Revisions revisions, Looks looks) {
    this.layout = layout;
    this.revisions = revisions;
    this.looks = looks;
  }

  void check(RepositoryName repository) throws IOException {
    Path folder = layout.tags(repository);
    List<String> names = Listing.of(folder, looks);
    RepositoryNames.collisions(folder, names, looks);
    for (String name : names) {
      if (Tag.isValid(name) && Files.isDirectory(folder.resolve(name))) {
        check(repository, new Tag(name));
      } else if (!name.endsWith(Layout.TEMPORARY_SUFFIX)) {
        RepositoryNames.foreign(folder.resolve(name), looks);
      }
    }
  }

  private void check(RepositoryName repository, Tag tag) throws IOException {
    Path current = layout.currentLink(repository, tag);
    looks.look(current, found -> lookAtPresent(repository, tag, current, found));
    Path history = Layout.historyIn(layout.tag(repository, tag));
    for (String algorithm : Listing.of(history, looks)) {
      for (String hex : Listing.of(history.resolve(algorithm), looks)) {
        Optional<Digest> digest = Digest.find(algorithm + ":" + hex);
        if (digest.isPresent()) {
          checkPast(repository, tag, digest.get());
        } else if (!hex.endsWith(Layout.TEMPORARY_SUFFIX)) {
          RepositoryNames.foreign(history.resolve(algorithm).resolve(hex), looks);
        }
      }
    }
  }

  private void lookAtPresent(
      RepositoryName repository, Tag tag, Path file, List<VolumeFinding> found) throws IOException {
    switch (Link.read(file)) {
      case Link.Absent() -> {
        if (Files.isDirectory(layout.tag(repository, tag))) {
          found.add(new VolumeFinding.TagWithoutLink(repository, tag, layout.tag(repository, tag)));
        }
      }
      case Link.Torn() ->
          found.add(new VolumeFinding.TornLink(new LinkName.Current(repository, tag), file));
      case Link.To(Digest digest) -> lookAtTarget(repository, tag, digest, file, found);
    }
  }

  private void lookAtTarget(
      RepositoryName repository, Tag tag, Digest digest, Path file, List<VolumeFinding> found)
      throws IOException {
    LinkName name = new LinkName.Current(repository, tag);
    RepositoryCheck.lookAtLink(new Link.To(digest), name, digest, file, found);
    if (!revisions.has(repository, digest)) {
      boolean linked = revisions.isLinked(repository, digest);
      found.add(new VolumeFinding.DanglingTag(repository, tag, digest, linked, file));
    }
    if (Link.read(layout.indexLink(repository, tag, digest)) instanceof Link.Absent) {
      found.add(new VolumeFinding.TagWithoutHistory(repository, tag, digest, file));
    }
  }

  private void checkPast(RepositoryName repository, Tag tag, Digest digest) throws IOException {
    Path file = layout.indexLink(repository, tag, digest);
    LinkName name = new LinkName.History(repository, tag, digest);
    looks.look(
        file, found -> RepositoryCheck.lookAtLink(Link.read(file), name, digest, file, found));
  }
}
