package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import io.stowage.registry.oci.DigestAlgorithm;
import io.stowage.registry.oci.DigestVerifier;
import io.stowage.registry.storage.filesystem.BlobInspection.Verdict;
import io.stowage.registry.storage.filesystem.Looks.Look;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;

/**
 * Goes through the bytes of a volume: each file has the digest of its path, and nothing else is
 * there. Holds one buffer and the listing of the folders on its way.
 */
final class BlobCheck {
  /** Ends a circle of symbolic links. */
  private static final int DEEPEST = 32;

  private final Layout layout;
  private final Looks looks;
  private final boolean content;
  private final BlobInspection inspection = new BlobInspection();
  private long files;
  private long bytes;

  /**
   * @param content whether to read all bytes, or only to see whether there are any
   */
  BlobCheck(Layout layout, Looks looks, boolean content) {
    this.layout = layout;
    this.looks = looks;
    this.content = content;
  }

  long files() {
    return files;
  }

  long bytes() {
    return bytes;
  }

  void check() throws IOException {
    Path blobs = layout.blobs();
    for (String name : listing(blobs)) {
      Optional<DigestAlgorithm> algorithm = DigestAlgorithm.find(name);
      Path folder = blobs.resolve(name);
      if (algorithm.isPresent() && isFolder(folder)) {
        checkShards(folder, algorithm.get());
      } else {
        foreign(folder);
      }
    }
  }

  private void checkShards(Path folder, DigestAlgorithm algorithm) throws IOException {
    for (String name : listing(folder)) {
      Path shard = folder.resolve(name);
      if (name.matches("[0-9a-f]{2}") && isFolder(shard)) {
        checkShard(shard, algorithm);
      } else {
        foreign(shard);
      }
    }
  }

  private void checkShard(Path shard, DigestAlgorithm algorithm) throws IOException {
    for (String name : listing(shard)) {
      Optional<Digest> digest =
          Digest.find(algorithm.identifier() + ":" + name)
              .filter(found -> name.startsWith(Layout.nameOf(shard)));
      Path folder = shard.resolve(name);
      if (digest.isPresent() && isFolder(folder)) {
        checkBlob(folder, digest.get());
      } else {
        foreign(folder);
      }
    }
  }

  private void checkBlob(Path folder, Digest digest) throws IOException {
    for (String name : listing(folder)) {
      if (!name.equals(Layout.DATA)) {
        foreign(folder.resolve(name));
      }
    }
    Path file = folder.resolve(Layout.DATA);
    looks.look(file, found -> look(file, digest, found));
    files++;
  }

  private void look(Path file, Digest digest, List<VolumeFinding> found) throws IOException {
    switch (content ? inspection.inspect(file, digest, this::read) : glance(file, digest)) {
      case Verdict.Absent() -> {
        if (Files.isDirectory(Layout.folderOf(file))) {
          found.add(new VolumeFinding.BlobWithoutData(digest, Layout.folderOf(file)));
        }
      }
      case Verdict.NoFile() -> found.add(new VolumeFinding.MisplacedData(file));
      case Verdict.Wrong(Stamp stamp, Digest _) ->
          found.add(new VolumeFinding.WrongBytes(digest, stamp.size(), file));
      case Verdict.Sound(long _) -> {}
    }
  }

  private void read(int count) throws IOException {
    bytes += count;
    looks.proceed();
  }

  /** Sees no more of a file than whether it is empty by mistake. */
  private static Verdict glance(Path file, Digest digest) throws IOException {
    Optional<BasicFileAttributes> attributes = Stamp.attributes(file);
    if (attributes.isEmpty()) {
      return new Verdict.Absent();
    }
    if (!attributes.get().isRegularFile()) {
      return new Verdict.NoFile();
    }
    return attributes.get().size() > 0 || DigestVerifier.isOfNothing(digest)
        ? new Verdict.Sound(attributes.get().size())
        : new Verdict.Wrong(
            Stamp.of(attributes.get()), DigestVerifier.digestOf(digest.algorithm(), new byte[0]));
  }

  /** What no blob can be: odd, unless it is named like a blob's data, or temporary. */
  private void foreign(Path path) throws IOException {
    if (Layout.nameOf(path).endsWith(Layout.TEMPORARY_SUFFIX)) {
      return; // the sweep's business
    }
    Look look =
        found -> {
          if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            found.add(new VolumeFinding.ForeignName(path));
          }
        };
    looks.look(path, Layout.nameOf(path).equals(Layout.DATA) ? misplaced(path) : look);
    misplacedBelow(path, 0);
  }

  private void misplacedBelow(Path folder, int depth) throws IOException {
    if (depth > DEEPEST || !isFolder(folder)) {
      return;
    }
    for (String name : listing(folder)) {
      Path path = folder.resolve(name);
      if (name.equals(Layout.DATA)) {
        looks.look(path, misplaced(path));
      }
      misplacedBelow(path, depth + 1);
    }
  }

  private static Look misplaced(Path path) {
    return found -> {
      if (Files.isRegularFile(path)) {
        found.add(new VolumeFinding.MisplacedData(path));
      }
    };
  }

  private List<String> listing(Path folder) throws IOException {
    return Listing.of(folder, looks);
  }

  private static boolean isFolder(Path path) {
    return Files.isDirectory(path);
  }
}
