package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.RepositoryName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * All folders below the one of repositories that hold something a repository holds, in byte order
 * of their parts, listed afresh.
 */
final class RepositoryFolders {
  /** What is made of them. */
  interface Visitor {
    /**
     * A folder with layers or manifests.
     *
     * @param name what stands between it and the folder of repositories; perhaps no valid name
     */
    void repository(Path folder, String name) throws IOException;

    /** A folder that can't be listed; what is below it is not shown. */
    void unreadable(Path folder, IOException problem);
  }

  private final Layout layout;

  RepositoryFolders(Layout layout) {
    this.layout = layout;
  }

  void each(Visitor visitor) throws IOException {
    each(layout.repositories(), "", visitor);
  }

  private void each(Path folder, String prefix, Visitor visitor) throws IOException {
    if (prefix.length() > RepositoryName.MAX_LENGTH) {
      return; // too deep for any name; ends a circle of symbolic links too
    }
    List<String> names;
    try {
      names = FolderCache.names(folder).stream().sorted().toList();
    } catch (IOException e) {
      visitor.unreadable(folder, e);
      return;
    }
    for (String name : names) {
      Path child = folder.resolve(name);
      if (mayHold(child, name)) {
        visit(child, prefix + name, visitor);
      }
    }
  }

  /**
   * Other names are of no registry; they count too, but nobody is kept waiting for their rights.
   */
  private static boolean mayHold(Path folder, String name) {
    return !name.startsWith("_") // parts of the repository of this folder
        && (FileRepositories.isComponent(name)
            || (Files.isReadable(folder) && Files.isExecutable(folder)));
  }

  private void visit(Path folder, String name, Visitor visitor) throws IOException {
    boolean holdsContent;
    try {
      holdsContent =
          Presence.ofFolder(Layout.layersIn(folder))
              || Presence.ofFolder(Layout.manifestsIn(folder));
    } catch (IOException e) {
      visitor.unreadable(folder, e);
      return;
    }
    if (holdsContent) {
      visitor.repository(folder, name);
    }
    each(folder, name + "/", visitor);
  }
}
