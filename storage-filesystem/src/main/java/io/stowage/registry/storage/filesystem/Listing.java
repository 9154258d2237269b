package io.stowage.registry.storage.filesystem;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The names in a folder for a check, which goes on if it may not see them. */
final class Listing {
  private Listing() {}

  /** The names in order; none if they can't be read, which is a finding then. */
  static List<String> of(Path folder, Looks looks) throws IOException {
    List<String> names = new ArrayList<>();
    looks.look(
        folder,
        found -> {
          names.clear();
          names.addAll(FolderCache.names(folder));
        });
    names.sort(null);
    return names;
  }
}
