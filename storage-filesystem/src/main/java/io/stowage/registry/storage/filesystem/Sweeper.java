package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.UploadId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Optional;

/**
 * Finds what nobody touched for a while and nobody will: uploads, by the newest time in their
 * folder, and temporary files.
 *
 * <p>Our own temporary files lie in one folder. Those that registry:3 left lie beside their
 * targets, anywhere in the tree; as it can't run beside us, they are looked for until one sweep
 * found none too young to go, and not again before the next start.
 */
final class Sweeper {
  /** What becomes of what is found. */
  interface Broom {
    /**
     * An upload, by its folder or by the file that it is: takes it away unless somebody has it
     * open, or only says whether it would.
     */
    boolean upload(Path path, UploadId id) throws IOException;

    /** An upload that is too young to go. */
    default void young(Path path) {}

    /** A temporary file or folder. */
    void temporary(Path path) throws IOException;
  }

  private final Layout layout;
  private final FileRepositories repositories;
  private volatile boolean foreignTemporariesGone;

  Sweeper(Layout layout, FileRepositories repositories) {
    this.layout = layout;
    this.repositories = repositories;
  }

  /** Hands over what was last touched at this moment or before, to be dropped. */
  int sweep(Instant moment, Broom broom) throws IOException {
    Run run = run(moment, broom);
    foreignTemporariesGone |= !run.foundYoungOnes;
    return run.count;
  }

  /** Hands over the same, to be left alone. */
  int count(Instant moment, Broom broom) throws IOException {
    return run(moment, broom).count;
  }

  private Run run(Instant moment, Broom broom) throws IOException {
    Run run = new Run(moment, broom);
    for (String name : FolderCache.names(layout.temporaries())) {
      run.temporary(layout.temporaries().resolve(name));
    }
    repositories.eachFolder(run::uploads);
    if (!foreignTemporariesGone) {
      run.foreignTemporaries(layout.blobs());
      run.foreignTemporaries(layout.repositories());
    }
    return run;
  }

  /** One pass over the volume. */
  private static final class Run {
    private final Instant moment;
    private final Broom broom;
    private int count;
    private boolean foundYoungOnes;

    private Run(Instant moment, Broom broom) {
      this.moment = moment;
      this.broom = broom;
    }

    private void uploads(Path repository) throws IOException {
      Path folder = Layout.uploadsIn(repository);
      for (String name : FolderCache.names(folder)) {
        Path upload = folder.resolve(name);
        Optional<UploadId> id = Layout.uploadOf(upload);
        if (id.isPresent()) {
          upload(upload, id.get());
        }
      }
    }

    private void upload(Path path, UploadId id) throws IOException {
      if (!isOld(path)) {
        broom.young(path);
      } else if (broom.upload(path, id)) {
        count++;
      }
    }

    private void temporary(Path path) throws IOException {
      if (isOld(path)) {
        broom.temporary(path);
        count++;
      }
    }

    private void foreignTemporaries(Path folder) throws IOException {
      for (String name : FolderCache.names(folder)) {
        Path path = folder.resolve(name);
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
          foreignTemporaries(path);
        } else if (name.endsWith(Layout.TEMPORARY_SUFFIX)) {
          foreignTemporary(path);
        }
      }
    }

    private void foreignTemporary(Path path) throws IOException {
      if (isOld(path)) {
        broom.temporary(path);
        count++;
      } else {
        foundYoungOnes = true;
      }
    }

    private boolean isOld(Path path) throws IOException {
      return !newest(path).isAfter(moment);
    }
  }

  /** When a file, or any file in a folder, was last changed; an empty folder counts itself. */
  private static Instant newest(Path path) throws IOException {
    Optional<BasicFileAttributes> found = Stamp.attributes(path);
    if (found.isEmpty()) {
      return Instant.MAX; // gone
    }
    Instant newest = found.get().isDirectory() ? newestIn(path) : Instant.MIN;
    Instant own = found.get().lastModifiedTime().toInstant();
    return newest.equals(Instant.MIN) ? own : newest;
  }

  private static Instant newestIn(Path folder) throws IOException {
    Instant newest = Instant.MIN;
    for (String name : FolderCache.names(folder)) {
      Instant time = newest(folder.resolve(name));
      newest = time.isAfter(newest) ? time : newest;
    }
    return newest;
  }
}
