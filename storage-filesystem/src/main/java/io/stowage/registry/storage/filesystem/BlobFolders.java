package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/** All folders of bytes there are, whether or not there are any bytes in them. */
final class BlobFolders {
  private final Layout layout;

  BlobFolders(Layout layout) {
    this.layout = layout;
  }

  /** Looks at the folder of a digest. */
  interface Visitor {
    void visit(Digest digest) throws IOException;
  }

  /** Shows one after the other; what lies elsewhere or has another name is passed over. */
  void each(Visitor visitor) throws IOException {
    for (DigestAlgorithm algorithm : DigestAlgorithm.values()) {
      Path shards = layout.blobs().resolve(algorithm.identifier());
      for (String shard : FolderCache.names(shards)) {
        for (String hex : FolderCache.names(shards.resolve(shard))) {
          Optional<Digest> digest = Digest.find(algorithm.identifier() + ":" + hex);
          if (digest.isPresent() && isFolder(digest.get(), shards.resolve(shard).resolve(hex))) {
            visitor.visit(digest.get());
          }
        }
      }
    }
  }

  private boolean isFolder(Digest digest, Path path) {
    return path.equals(Layout.folderOf(layout.blob(digest)))
        && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
  }
}
