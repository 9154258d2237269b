package io.stowage.registry.storage.filesystem;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/**
 * Whether this process could open a volume, told from outside: nothing is made and no lock is
 * taken, so a server may be at work there.
 */
public final class VolumeRights {
  private final Predicate<Path> writable;

  VolumeRights(Predicate<Path> writable) {
    this.writable = writable;
  }

  /**
   * Finds out what {@link FileStorage#open} would find out in the end.
   *
   * @return whether it would be open for writing; false by the options, or because the system
   *     mounted it for reading only
   * @throws IOException that names the folder which can't be used, or the file in its place
   */
  public static boolean require(FileStorageOptions options) throws IOException {
    return new VolumeRights(Files::isWritable).of(options);
  }

  boolean of(FileStorageOptions options) throws IOException {
    Layout layout = new Layout(options.root());
    for (Path folder :
        List.of(
            layout.root(),
            layout.own(),
            layout.temporaries(),
            layout.blobs(),
            layout.repositories())) {
      requireFolder(nearest(folder));
    }
    if (options.readOnly()) {
      return false;
    }
    for (Path place :
        List.of(
            layout.root(),
            layout.ownerLock(),
            layout.temporaries(),
            layout.blobs(),
            layout.repositories())) {
      Path there = nearest(place);
      if (Files.getFileStore(there).isReadOnly()) {
        return false;
      }
      if (!writable.test(there)) {
        throw new AccessDeniedException(there.toString());
      }
    }
    return true;
  }

  /** The path itself or, of what it would be made in, the first that is there. */
  private static Path nearest(Path path) {
    Path there = path;
    while (!Files.exists(there) && there.getParent() != null) {
      there = there.getParent();
    }
    return there;
  }

  private static void requireFolder(Path there) throws IOException {
    if (!Files.isDirectory(there)) {
      throw new FileAlreadyExistsException(there.toString());
    }
    if (!Files.isReadable(there) || !Files.isExecutable(there)) {
      throw new AccessDeniedException(there.toString());
    }
  }
}
