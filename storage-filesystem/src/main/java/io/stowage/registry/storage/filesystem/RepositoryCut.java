package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.Tag;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What a repository held at one moment, by name only: nobody changed it while it was listed.
 * Changes that were half made at another moment, and may be taken back, are not in it.
 *
 * @param manifests those that have a revision link, in whatever state
 * @param layers those that have a layer link, aliases first: what they lead to is linked too
 * @param tagged what tags are on, whether or not it is there
 * @param tags how many tags there are
 * @param damagedTags links of tags that don't say what the tag is on
 */
record RepositoryCut(
    List<Digest> manifests,
    List<Digest> layers,
    Set<Digest> tagged,
    int tags,
    List<Path> damagedTags) {
  RepositoryCut {
    manifests = List.copyOf(manifests);
    layers = List.copyOf(layers);
    tagged = Set.copyOf(tagged);
    damagedTags = List.copyOf(damagedTags);
  }

  /**
   * Lists the repository in this folder, for whoever keeps others from changing it meanwhile.
   *
   * @param withTags whether to read the links of its tags; without, it seems to have none
   */
  static RepositoryCut of(Path repository, boolean withTags) throws IOException {
    Set<Digest> tagged = new HashSet<>();
    List<Path> damaged = new ArrayList<>();
    int tags = withTags ? readTags(Layout.tagsIn(repository), tagged, damaged) : 0;
    return new RepositoryCut(
        linked(Layout.revisionsIn(repository)),
        linked(Layout.layersIn(repository)),
        tagged,
        tags,
        damaged);
  }

  private static List<Digest> linked(Path folder) throws IOException {
    List<Digest> linked = new ArrayList<>();
    for (DigestAlgorithm algorithm :
        List.of(DigestAlgorithm.SHA512, DigestAlgorithm.SHA256)) { // aliases are of the first
      for (String hex : FolderCache.names(folder.resolve(algorithm.identifier()))) {
        Optional<Digest> digest = Digest.find(algorithm.identifier() + ":" + hex);
        if (digest.isPresent() && Presence.of(Layout.linkIn(folder, digest.get()))) {
          linked.add(digest.get());
        }
      }
    }
    return linked;
  }

  private static int readTags(Path folder, Set<Digest> tagged, List<Path> damaged)
      throws IOException {
    int tags = 0;
    for (String name : FolderCache.names(folder)) {
      Path link = folder.resolve(name).resolve(Layout.CURRENT_LINK);
      Link found = Tag.isValid(name) ? Link.read(link) : new Link.Absent();
      switch (found) {
        case Link.To(Digest target) -> tagged.add(target);
        case Link.Torn() -> damaged.add(link);
        case Link.Absent() -> {} // what tools leave, or half of a deleted tag
      }
      tags += found instanceof Link.Absent ? 0 : 1;
    }
    return tags;
  }
}
