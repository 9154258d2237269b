package io.stowage.registry.auth.token;

import io.stowage.registry.storage.StorageFaultException.Fault;
import io.stowage.registry.storage.StorageFullException;
import io.stowage.registry.storage.StorageReadOnlyException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A folder of small files that only their owner reads. Each comes under its final name at once and
 * whole, is durable when the call returns, and never changes afterwards, so that several processes
 * may use the folder. It is made when the first file is written. What root writes belongs to the
 * owner of the folder above, who runs the server.
 */
final class PrivateFolder {
  private static final FileAttribute<Set<PosixFilePermission>> FOLDER_MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
  private static final FileAttribute<Set<PosixFilePermission>> FILE_MODE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final Set<StandardOpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

  private final Path path;
  private final SecureRandom random = new SecureRandom();

  PrivateFolder(Path path) {
    this.path = path.toAbsolutePath().normalize();
  }

  /**
   * By what a changed file or folder is told from an unchanged one.
   *
   * @param identity the inode
   */
  record Stamp(FileTime modified, long size, @Nullable Object identity) {}

  Path file(String name) {
    return path.resolve(name);
  }

  /** How the file looks now, or null if there is none. */
  @Nullable Stamp stamp(String name) throws IOException {
    return stamp(file(name));
  }

  /** How the folder looks now, or null if there is none yet. It changes as files come and go. */
  @Nullable Stamp stamp() throws IOException {
    return stamp(path);
  }

  private static @Nullable Stamp stamp(Path path) throws IOException {
    try {
      BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
      return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** The names of the files that end so, sorted. */
  List<String> names(String suffix) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(path, "[!.]*" + suffix)) {
      entries.forEach(entry -> names.add(String.valueOf(entry.getFileName())));
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    }
    Collections.sort(names);
    return names;
  }

  /**
   * The text of a file.
   *
   * @throws NoSuchFileException if there is none
   */
  String read(String name) throws IOException {
    return Files.readString(file(name));
  }

  /**
   * Writes a new file.
   *
   * @throws FileAlreadyExistsException if there is one of that name
   */
  void write(String name, byte[] content) throws IOException {
    try {
      writeNew(name, content);
    } catch (FileSystemException e) {
      throw named(e);
    }
  }

  private void writeNew(String name, byte[] content) throws IOException {
    make(path, FOLDER_MODE);
    byte[] unique = new byte[8];
    random.nextBytes(unique);
    Path temporary = file(".new-" + HexFormat.of().formatHex(unique));
    try {
      try (FileChannel channel = FileChannel.open(temporary, NEW, FILE_MODE)) {
        ByteBuffer buffer = ByteBuffer.wrap(content);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        channel.force(true);
      }
      inheritOwner(temporary);
      if (Files.exists(file(name))) {
        throw new FileAlreadyExistsException(file(name).toString());
      }
      Files.move(temporary, file(name), StandardCopyOption.ATOMIC_MOVE);
      flush(path);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Removes a file; whether there was one. */
  boolean delete(String name) throws IOException {
    try {
      boolean deleted = Files.deleteIfExists(file(name));
      if (deleted) {
        flush(path);
      }
      return deleted;
    } catch (FileSystemException e) {
      throw named(e);
    }
  }

  /** The JDK has no types for these, only the system's text. */
  static IOException named(FileSystemException e) {
    String reason = String.valueOf(e.getReason());
    String message = String.valueOf(e.getMessage());
    if (Fault.of(e).filter(Fault.READ_ONLY::equals).isPresent()) {
      return new StorageReadOnlyException(message, e);
    }
    boolean full =
        reason.contains("No space left on device") || reason.contains("Disk quota exceeded");
    return full ? new StorageFullException(message, e) : e;
  }

  private static void make(Path folder, FileAttribute<?>... mode) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    Path above = above(folder);
    make(above);
    try {
      Files.createDirectory(folder, mode);
    } catch (FileAlreadyExistsException e) {
      return; // another process made it just now
    }
    inheritOwner(folder);
    flush(above);
  }

  private static void inheritOwner(Path made) throws IOException {
    UserPrincipal owner = Files.getOwner(above(made), LinkOption.NOFOLLOW_LINKS);
    if (!owner.equals(Files.getOwner(made))) {
      Files.setOwner(made, owner);
    }
  }

  private static void flush(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static Path above(Path path) {
    return Objects.requireNonNull(path.getParent(), "the root has no folder above it");
  }
}
