package io.stowage.registry.auth.htpasswd;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A file that is open for a change and locked against other processes that would change it this
 * way. Nobody opens the file another time meanwhile: POSIX lets go of a process's locks when it
 * closes <i>any</i> descriptor of a file. For one thread.
 */
final class LockedFile implements Closeable {
  private static final int MOST_LINKS = 40;
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final Path file;
  private final FileChannel channel;

  private LockedFile(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /** Opens an existing file, following links, and waits for others to let go of it. */
  static LockedFile open(Path path) throws IOException {
    return open(path, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  /** The same, but a missing file is made: empty, and for its owner only. */
  static LockedFile openOrCreate(Path path) throws IOException {
    return open(
        path, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE));
  }

  private static LockedFile open(Path path, Set<? extends OpenOption> options) throws IOException {
    Path file = target(path);
    if (!Files.isDirectory(folderOf(file))) {
      throw new NoSuchFileException(folderOf(file).toString());
    }
    while (true) {
      Object before = identity(file);
      FileChannel channel = FileChannel.open(file, options, OWNER_ONLY);
      boolean current = false;
      try {
        Object opened = identity(file);
        channel.lock();
        // Whoever had the lock may have put another file in place of the one that is open here.
        current = opened != null && opened.equals(identity(file));
        current = current && (before == null || before.equals(opened));
        if (current) {
          return new LockedFile(file, channel);
        }
      } finally {
        if (!current) {
          channel.close();
        }
      }
    }
  }

  /** Where the links end, so that they stay and what they lead to changes. */
  private static Path target(Path path) throws IOException {
    Path target = path.toAbsolutePath();
    for (int i = 0; i < MOST_LINKS; i++) {
      if (!Files.isSymbolicLink(target)) {
        return target;
      }
      target = target.resolveSibling(Files.readSymbolicLink(target));
    }
    throw new FileSystemLoopException(path.toString());
  }

  private static @Nullable Object identity(Path file) throws IOException {
    try {
      return Files.readAttributes(file, PosixFileAttributes.class).fileKey();
    } catch (NoSuchFileException _) {
      return null;
    }
  }

  private static Path folderOf(Path file) {
    Path folder = file.getParent();
    return folder == null ? file : folder;
  }

  /** All of it. */
  byte[] content() throws IOException {
    long size = channel.size();
    if (size > HtpasswdFile.MAX_BYTES) {
      throw new FileSystemException(
          file.toString(), null, "larger than " + (HtpasswdFile.MAX_BYTES >> 20) + " MiB");
    }
    ByteBuffer content = ByteBuffer.allocate((int) size);
    int read = 0;
    while (content.hasRemaining() && read >= 0) {
      read = channel.read(content, content.position());
    }
    return Arrays.copyOf(content.array(), content.position());
  }

  /**
   * Puts new content in place of the old, in one step and durably: readers see one or the other,
   * under the same mode and owner. Where that can't be (the folder takes no new file, the owner
   * can't be kept, the file is mounted by itself), the file is overwritten.
   */
  void replace(byte[] content) throws IOException {
    if (!replaceByAnother(content)) {
      write(channel, content);
    }
  }

  private boolean replaceByAnother(byte[] content) throws IOException {
    Path staged = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".tmp");
    FileChannel another;
    try {
      another =
          FileChannel.open(
              staged, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY);
    } catch (FileSystemException _) {
      return false;
    }
    try (another) {
      write(another, content);
      if (!takeOver(staged)) {
        return false;
      }
      flushFolder();
      return true;
    } finally {
      Files.deleteIfExists(staged);
    }
  }

  /** Makes a file look like the old one, and puts it in its place. */
  private boolean takeOver(Path staged) throws IOException {
    PosixFileAttributes old = Files.readAttributes(file, PosixFileAttributes.class);
    PosixFileAttributeView view = Files.getFileAttributeView(staged, PosixFileAttributeView.class);
    PosixFileAttributes now = view.readAttributes();
    try {
      if (!now.owner().equals(old.owner())) {
        view.setOwner(old.owner());
      }
      if (!now.group().equals(old.group())) {
        view.setGroup(old.group());
      }
      view.setPermissions(old.permissions());
      Files.move(staged, file, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (FileSystemException _) {
      return false;
    }
  }

  private static void write(FileChannel channel, byte[] content) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(content);
    while (bytes.hasRemaining()) {
      channel.write(bytes, bytes.position());
    }
    channel.truncate(content.length);
    channel.force(true);
  }

  private void flushFolder() throws IOException {
    try (FileChannel folder = FileChannel.open(folderOf(file), StandardOpenOption.READ)) {
      folder.force(true);
    }
  }

  /** Lets go of the lock. */
  @Override
  public void close() throws IOException {
    channel.close();
  }
}
