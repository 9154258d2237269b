package io.stowage.registry.storage.filesystem;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of the {@link RedoLog}: its two segments, and the records that are too long for them.
 * Safe for use by many threads, but for {@link #open}.
 */
final class RedoFiles {
  private static final Logger LOG = LoggerFactory.getLogger(RedoFiles.class);
  private static final int SEGMENTS = 2;

  /** On a small volume a segment takes this part of it at most, but not less than so many bytes. */
  private static final int SHARE_OF_SPACE = 64;

  private static final long LEAST_BYTES = 1 << 20;

  /** Somebody has cut a segment that is shorter than this. */
  private static final long SHORTEST_BYTES = FileStorageOptions.LEAST_LOG_BYTES;

  private final Layout layout;
  private final Disk disk;
  private final AtomicFile files;
  private final Checkpoint checkpoint;
  private final long segmentBytes;

  /**
   * @param segmentBytes the size of a segment on a volume that is large enough
   */
  RedoFiles(Layout layout, Disk disk, AtomicFile files, Checkpoint checkpoint, long segmentBytes) {
    this.layout = layout;
    this.disk = disk;
    this.files = files;
    this.checkpoint = checkpoint;
    this.segmentBytes = segmentBytes;
  }

  /**
   * Does again what is written down, and opens both segments empty.
   *
   * @param now what was changed later than this was not: its time is one of a wrong clock
   */
  List<RedoSegment> open(Instant now) throws IOException {
    files.makeFolders(layout.redoLog());
    List<RedoSegment> found = new ArrayList<>();
    try {
      boolean made = false;
      for (int i = 0; i < SEGMENTS; i++) {
        Path file = layout.redoLog().resolve(Integer.toString(i));
        boolean isThere = Files.isRegularFile(file);
        found.add(isThere ? RedoSegment.open(disk, file) : make(file));
        made |= !isThere;
      }
      if (made) {
        flushFoldersAbove();
      }
      watch();
      new RedoReplay(layout, disk, files, checkpoint, now).run(found);
      // The older first: alone, its records would undo what the newer ones say.
      List<RedoSegment> byAge = new ArrayList<>(found);
      byAge.sort(Comparator.comparingLong(RedoSegment::firstRead));
      for (RedoSegment segment : byAge) {
        if (!segment.wasLeftEmpty()) {
          segment.reset();
        }
      }
      removeElsewhere();
      for (int i = 0; i < SEGMENTS; i++) {
        RedoSegment segment = found.get(i);
        if (segment.size() < SHORTEST_BYTES) {
          found.set(i, make(segment.file()));
          segment.close();
        }
      }
    } catch (IOException | RuntimeException e) {
      for (RedoSegment segment : found) {
        segment.close();
      }
      throw e;
    }
    return found;
  }

  /** Parts of the tree may be on file systems of their own. */
  private void watch() throws IOException {
    for (Path folder : List.of(layout.root(), layout.blobs(), layout.repositories())) {
      if (Files.isDirectory(folder)) {
        disk.watchFileSystem(folder);
      }
    }
  }

  /** A new log is not to vanish with a folder that was made for it. */
  private void flushFoldersAbove() throws IOException {
    for (Path folder = layout.redoLog();
        !folder.equals(layout.root());
        folder = Layout.folderOf(folder)) {
      disk.flushFolder(Layout.folderOf(folder));
    }
  }

  /** A new segment, or one in the place of another that nobody needs any more. */
  RedoSegment make(Path file) throws IOException {
    long share = Files.getFileStore(layout.root()).getTotalSpace() / SHARE_OF_SPACE;
    long size = Math.min(segmentBytes, Math.max(share, LEAST_BYTES));
    return RedoSegment.make(disk, Layout.temporaryBeside(file), file, size);
  }

  private void removeElsewhere() throws IOException {
    for (String name : FolderCache.names(layout.redoLog())) {
      if (name.length() > 1) {
        disk.delete(layout.redoLog().resolve(name));
      }
    }
  }

  /** Writes a record to a file of its own, durably. Nothing is left of it on failure. */
  Path putBeside(byte[] payload) throws IOException {
    Path beside = layout.redoLog().resolve(UUID.randomUUID().toString());
    Path staged = files.stage(RedoRecord.sealed(payload), null);
    try {
      files.flush(staged);
      files.publish(staged, beside);
      disk.flushFolder(layout.redoLog());
      return beside;
    } catch (IOException e) {
      discard(staged);
      discard(beside);
      throw e;
    }
  }

  /** No record leads to it any more; what can't be deleted goes at the next start. */
  void discard(Path beside) {
    try {
      disk.delete(beside);
    } catch (IOException e) {
      LOG.warn("{} can't be deleted; the next start tries again", beside, e);
    }
  }

  /**
   * Writes all files of the tree anew that are written down, while no commit is under way.
   *
   * @param instead what counts instead of some records, by their numbers
   * @param now as for {@link #open}
   */
  void writeAnew(
      List<RedoSegment> segments, Map<Long, List<RedoRecord.Change>> instead, Instant now)
      throws IOException {
    new RedoReplay(layout, disk, files, checkpoint, now).runBesideReaders(segments, instead);
  }
}
