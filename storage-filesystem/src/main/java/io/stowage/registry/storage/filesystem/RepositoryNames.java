package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.RepositoryName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Goes through the folders of all repositories, one at a time, for a check. */
final class RepositoryNames {
  /** Does something to a repository. */
  interface Visitor {
    void visit(RepositoryName name) throws IOException;
  }

  private final Layout layout;
  private final Looks looks;

  RepositoryNames(Layout layout, Looks looks) {
    this.layout = layout;
    this.looks = looks;
  }

  void each(Visitor visitor) throws IOException {
    each(layout.repositories(), "", visitor);
  }

  private void each(Path folder, String prefix, Visitor visitor) throws IOException {
    if (prefix.length() > RepositoryName.MAX_LENGTH) {
      return; // too deep for any name; ends a circle of symbolic links too
    }
    List<String> names = Listing.of(folder, looks);
    collisions(folder, names, looks);
    for (String name : names) {
      Path child = folder.resolve(name);
      if (name.startsWith("_") || name.endsWith(Layout.TEMPORARY_SUFFIX)) {
        continue; // parts of the repository of this folder; the sweep's business
      }
      if (!Files.isDirectory(child)) {
        foreign(child, looks);
        continue;
      }
      visit(child, prefix + name, visitor);
      each(child, prefix + name + "/", visitor);
    }
  }

  private void visit(Path folder, String text, Visitor visitor) throws IOException {
    if (Layout.partsIn(folder).stream().noneMatch(Files::isDirectory)) {
      return; // a part of a name
    }
    Optional<RepositoryName> name = RepositoryName.find(text);
    if (name.isPresent()) {
      visitor.visit(name.get());
    } else {
      foreign(folder, looks);
    }
  }

  /** Says that a name says nothing to a registry. */
  static void foreign(Path path, Looks looks) throws IOException {
    looks.look(
        path,
        found -> {
          if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            found.add(new VolumeFinding.ForeignName(path));
          }
        });
  }

  /** Names that a file system without upper and lower case would take for one. */
  static void collisions(Path folder, List<String> names, Looks looks) throws IOException {
    Map<String, String> seen = new HashMap<>();
    for (String name : names) {
      String other = seen.putIfAbsent(name.toLowerCase(Locale.ROOT), name);
      if (other != null) {
        Path path = folder.resolve(name);
        looks.look(path, found -> collision(path, other, found));
      }
    }
  }

  private static void collision(Path path, String other, List<VolumeFinding> found) {
    if (Files.exists(path) && Files.exists(path.resolveSibling(other))) {
      found.add(new VolumeFinding.CaseCollision(other, path));
    }
  }
}
