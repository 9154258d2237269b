package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.RepositoryName;
import io.stowage.registry.oci.UploadId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Uploads that are one file each, and not the folder of distribution, because most of what a small
 * upload would cost is the making of that folder and its removal. It gets its folder when the
 * storage is closed, so that another registry can go on with it.
 *
 * <p>What an earlier process left without that is found again by its name, and is known from then
 * on. Safe for use by many threads.
 */
final class BareUploads {
  private static final Logger LOG = LoggerFactory.getLogger(BareUploads.class);

  private final Layout layout;
  private final Disk disk;
  private final AtomicFile files;
  private final Set<Path> known = ConcurrentHashMap.newKeySet();

  BareUploads(Layout layout, Disk disk, AtomicFile files) {
    this.layout = layout;
    this.disk = disk;
    this.files = files;
  }

  /** Makes an empty one and opens it. Nothing is left of it on failure. */
  FileChannel create(Path file) throws IOException {
    known.add(file);
    try {
      return createIn(Layout.folderOf(file), file);
    } catch (IOException e) {
      known.remove(file);
      throw e;
    }
  }

  private FileChannel createIn(Path folder, Path file) throws IOException {
    try {
      return disk.create(file);
    } catch (NoSuchFileException e) {
      files.makeFolders(folder); // the first upload to this repository
      return disk.create(file);
    }
  }

  /**
   * Where the bytes of an upload are, or would be: whether there is such an upload isn't said, but
   * of one that {@link #isKnown}.
   */
  Path data(RepositoryName repository, UploadId id) {
    Path bare = layout.bareUpload(repository, id);
    Path data = layout.upload(repository, id).resolve(Layout.DATA);
    return isKnown(bare) || !Files.isRegularFile(data) ? bare : data;
  }

  boolean isKnown(Path file) {
    return known.contains(file);
  }

  /** Somebody came across this one, which may be gone by now. */
  void found(Path file) {
    known.add(file);
    if (!Files.exists(file)) {
      known.remove(file);
    }
  }

  /** It is no more. */
  void ended(Path file) {
    known.remove(file);
  }

  /** Those that are known at this moment. */
  List<Path> known() {
    return List.copyOf(known);
  }

  /** Gives it its folder, if nobody writes to it. If that fails it stays, for us to go on with. */
  void handOver(Path file) {
    try {
      handOver(file, Layout.uploadFolder(file));
      known.remove(file);
    } catch (IOException e) {
      LOG.warn("{} is left for this server alone to go on with", file, e);
    }
  }

  /** At every moment one of the two names leads to the bytes. */
  private void handOver(Path file, Path folder) throws IOException {
    Path aside = layout.newTemporary();
    try {
      String time =
          Files.getLastModifiedTime(file).toInstant().truncatedTo(ChronoUnit.SECONDS).toString();
      if (!Files.isDirectory(folder)) {
        files.makeFolders(aside);
        try (FileChannel channel = disk.create(aside.resolve(Layout.STARTED_AT))) {
          disk.write(channel, ByteBuffer.wrap(time.getBytes(StandardCharsets.US_ASCII)), 0);
        }
        files.publish(aside, folder);
      }
      files.publish(file, folder.resolve(Layout.DATA));
    } catch (NoSuchFileException e) {
      LOG.debug("gone since: {}", file, e);
    } finally {
      files.deleteTree(aside);
    }
  }
}
