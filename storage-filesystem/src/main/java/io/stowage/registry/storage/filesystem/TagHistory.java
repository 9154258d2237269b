package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.Tag;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which tags were on which manifests once, as the folders of tags remember it. */
final class TagHistory {
  private TagHistory() {}

  /** The former tags of these manifests, for a folder of tags. */
  static Map<Digest, List<Tag>> read(Path folder, Set<Digest> manifests) throws IOException {
    Map<Digest, List<Tag>> former = new HashMap<>();
    if (manifests.isEmpty()) {
      return former;
    }
    for (String name : FolderCache.names(folder)) {
      if (Tag.isValid(name)) {
        read(Layout.historyIn(folder.resolve(name)), new Tag(name), manifests, former);
      }
    }
    former.values().forEach(tags -> tags.sort((a, b) -> a.name().compareTo(b.name())));
    return former;
  }

  private static void read(
      Path history, Tag tag, Set<Digest> manifests, Map<Digest, List<Tag>> former)
      throws IOException {
    for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
      for (String hex : FolderCache.names(history.resolve(algorithm.identifier()))) {
        Digest.find(algorithm.identifier() + ":" + hex)
            .filter(manifests::contains)
            .ifPresent(digest -> former.computeIfAbsent(digest, d -> new ArrayList<>()).add(tag));
      }
    }
  }
}
