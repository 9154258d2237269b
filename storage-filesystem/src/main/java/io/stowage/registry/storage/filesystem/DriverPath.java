package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.RepositoryName;
import java.nio.file.Path;

/** Paths as distribution's driver names them, from its root, for messages that it words so. */
public final class DriverPath {
  private static final Layout LAYOUT = new Layout(Path.of("/"));

  private DriverPath() {}

  /** The folder of a blob. */
  public static String blob(Digest digest) {
    return Layout.folderOf(LAYOUT.blob(digest)).toString();
  }

  /** The folder of a manifest of a repository. */
  public static String manifest(RepositoryName repository, Digest digest) {
    return Layout.folderOf(LAYOUT.revisionLink(repository, digest)).toString();
  }

  /** A repository's link to a blob. */
  public static String layerLink(RepositoryName repository, Digest digest) {
    return LAYOUT.layerLink(repository, digest).toString();
  }
}
