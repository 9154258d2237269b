package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * All folders of bytes there are, whether or not there are any bytes in them. What lies elsewhere
 * or has another name is passed over.
 */
final class BlobFolders {
  private final Layout layout;

  BlobFolders(Layout layout) {
    this.layout = layout;
  }

  /** Looks at the folder of a digest. */
  interface Visitor {
    void visit(Digest digest) throws IOException;
  }

  /**
   * A folder of folders of bytes. In the order of shards digests are in order too.
   *
   * @param name the first two digits of all digests in it
   */
  record Shard(DigestAlgorithm algorithm, String name) {}

  /** Shows one after the other. */
  void each(Visitor visitor) throws IOException {
    for (Shard shard : shards()) {
      for (Digest digest : digests(shard)) {
        visitor.visit(digest);
      }
    }
  }

  /** All shards in order: by algorithm, then by name. */
  List<Shard> shards() throws IOException {
    List<Shard> shards = new ArrayList<>();
    for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
      Path folder = layout.blobs().resolve(algorithm.identifier());
      FolderCache.names(folder).stream()
          .sorted()
          .forEach(name -> shards.add(new Shard(algorithm, name)));
    }
    return shards;
  }

  /** Those of a shard, in order. */
  List<Digest> digests(Shard shard) throws IOException {
    Path folder = folder(shard);
    return FolderCache.names(folder).stream()
        .sorted()
        .flatMap(hex -> Digest.find(shard.algorithm().identifier() + ":" + hex).stream())
        .filter(digest -> isFolder(digest, folder.resolve(digest.hex())))
        .toList();
  }

  Path folder(Shard shard) {
    return layout.blobs().resolve(shard.algorithm().identifier()).resolve(shard.name());
  }

  private boolean isFolder(Digest digest, Path path) {
    return path.equals(Layout.folderOf(layout.blob(digest)))
        && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }
}
