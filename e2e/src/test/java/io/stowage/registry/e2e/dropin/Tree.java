package io.stowage.registry.e2e.dropin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Objects;
import java.util.stream.Stream;

/** The tree of distribution's file system driver, to make or to damage by hand. */
record Tree(Path data) {
  private Path base() {
    return data.resolve("docker/registry/v2");
  }

  Path repository(String name) {
    return base().resolve("repositories").resolve(name);
  }

  Path blob(String digest) {
    String hex = digest.substring(digest.indexOf(':') + 1);
    return base()
        .resolve("blobs")
        .resolve(algorithm(digest))
        .resolve(hex.substring(0, 2))
        .resolve(hex);
  }

  Path layer(String name, String digest) {
    return repository(name).resolve("_layers").resolve(digest.replace(':', '/')).resolve("link");
  }

  Path revision(String name, String digest) {
    Path revisions = repository(name).resolve("_manifests/revisions");
    return revisions.resolve(digest.replace(':', '/')).resolve("link");
  }

  Path tag(String name, String tag) {
    return repository(name).resolve("_manifests/tags").resolve(tag);
  }

  /** Puts a tag on a manifest, as registry:2 leaves it. */
  void putTag(String name, String tag, String digest) throws IOException {
    write(tag(name, tag).resolve("current/link"), digest);
    write(
        tag(name, tag).resolve("index").resolve(digest.replace(':', '/')).resolve("link"), digest);
  }

  static void write(Path file, String text) throws IOException {
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.writeString(file, text);
  }

  /** As {@code rm -r} does it. */
  static void remove(Path tree) throws IOException {
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static String algorithm(String digest) {
    return digest.substring(0, digest.indexOf(':'));
  }
}
