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
      if (FileRepositories.isComponent(name)) {
        Path child = folder.resolve(name);
        if (holdsContent(child)) {
          visitor.repository(child, prefix + name);
        }
        each(child, prefix + name + "/", visitor);
      }
    }
  }

  private static boolean holdsContent(Path folder) {
    return Files.isDirectory(Layout.layersIn(folder))
        || Files.isDirectory(Layout.manifestsIn(folder));
  }
}
