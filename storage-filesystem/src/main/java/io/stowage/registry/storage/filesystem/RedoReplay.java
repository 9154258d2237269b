package io.stowage.registry.storage.filesystem;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does again what the log says. Each path gets what the last record about it says, so it makes no
 * difference how much of it is done already, and how often this runs. What was changed after the
 * last record was by another registry that had the volume meanwhile, and stays.
 */
final class RedoReplay {
  private static final Logger LOG = LoggerFactory.getLogger(RedoReplay.class);

  /** The clocks of a file system and of the process tick differently. */
  private static final Duration TICK = Duration.ofSeconds(2);

  private final Layout layout;
  private final Disk disk;
  private final AtomicFile files;
  private final Checkpoint checkpoint;

  /** The number of the last record that puts something at a path, or leaves it there. */
  private final NavigableMap<String, Long> lastWritten = new TreeMap<>();

  /** The number of the last record that takes a path away. */
  private final Map<String, Long> lastRemoved = new HashMap<>();

  private final Collection<Path> touched = new ArrayList<>();
  private final Instant now;
  private Instant end = Instant.MIN;

  /** Whether the tree is as this process left it, and others read it. */
  private boolean live;

  /**
   * @param now what was changed later than this was not: its time is one of a wrong clock
   */
  RedoReplay(Layout layout, Disk disk, AtomicFile files, Checkpoint checkpoint, Instant now) {
    this.now = now;
    this.layout = layout;
    this.disk = disk;
    this.files = files;
    this.checkpoint = checkpoint;
  }

  /** Does all again that these segments hold, durably: for a start. */
  void run(List<RedoSegment> segments) throws IOException {
    redo(records(segments));
  }

  /**
   * Writes all files anew that these segments hold, durably, while no commit is under way. Nothing
   * is taken away or moved: that was done, and what is there now may be what a commit that is being
   * gathered has brought.
   *
   * @param instead what counts instead of some records, by their numbers
   */
  void runBesideReaders(List<RedoSegment> segments, Map<Long, List<RedoRecord.Change>> instead)
      throws IOException {
    live = true;
    NavigableMap<Long, RedoRecord> records = records(segments);
    instead.forEach(
        (number, changes) ->
            records.computeIfPresent(
                number, (n, record) -> new RedoRecord(record.time(), changes)));
    redo(records);
  }

  private void redo(NavigableMap<Long, RedoRecord> records) throws IOException {
    if (records.isEmpty()) {
      return;
    }
    records.forEach(this::survey);
    // not that of the last one: it may have waited for room in the log
    long latest = records.values().stream().mapToLong(RedoRecord::time).max().orElseThrow();
    end = Instant.ofEpochMilli(latest);
    for (Map.Entry<Long, RedoRecord> record : records.entrySet()) {
      for (RedoRecord.Change change : record.getValue().changes()) {
        redo(change, record.getKey(), record.getValue().time());
      }
    }
    checkpoint.flush(touched);
    LOG.info("made sure of {} changes that an earlier run had acknowledged", records.size());
  }

  private NavigableMap<Long, RedoRecord> records(List<RedoSegment> segments) throws IOException {
    NavigableMap<Long, RedoRecord> records = new TreeMap<>();
    for (RedoSegment segment : segments) {
      segment.read(records::put);
    }
    for (Map.Entry<Long, RedoRecord> entry : List.copyOf(records.entrySet())) {
      if (!entry.getValue().changes().isEmpty()
          && entry.getValue().changes().getFirst() instanceof RedoRecord.Elsewhere(String name)) {
        fetch(name)
            .ifPresentOrElse(
                record -> records.put(entry.getKey(), record),
                () -> records.remove(entry.getKey()));
      }
    }
    for (RedoRecord record : List.copyOf(records.values())) {
      for (RedoRecord.Change change : record.changes()) {
        if (change instanceof RedoRecord.TakenBack(long first, long last)) {
          records.subMap(first, true, last, true).clear();
        }
      }
    }
    return records;
  }

  /** A record that lies beside the log. Without it the request was told that it failed. */
  private Optional<RedoRecord> fetch(String name) throws IOException {
    Path file = layout.redoLog().resolve(name);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
    Optional<RedoRecord> record = RedoRecord.unsealed(bytes);
    if (record.isEmpty()) {
      LOG.error(
          "{}: a record that was flushed can't be read any more. If the power failed, what it"
              + " changed may be missing: registry check tells what is broken",
          file);
    }
    return record;
  }

  // --- what counts

  private void survey(long number, RedoRecord record) {
    for (RedoRecord.Change change : record.changes()) {
      switch (change) {
        case RedoRecord.Put(String path, byte[] _, long _) -> lastWritten.put(path, number);
        case RedoRecord.Kept(String path) -> lastWritten.put(path, number);
        case RedoRecord.Folder(String path) -> lastWritten.put(path, number);
        case RedoRecord.Removed(String path) -> lastRemoved.put(path, number);
        case RedoRecord.Moved(String path, String to) -> {
          lastRemoved.put(path, number);
          lastWritten.put(to, number);
        }
        case RedoRecord.TakenBack _, RedoRecord.Elsewhere _ -> {}
      }
    }
  }

  /** Whether a later record writes this path, or takes it or what it is in away. */
  private boolean isSuperseded(String path, long number) {
    Long written = lastWritten.get(path);
    if (written != null && written > number) {
      return true;
    }
    for (Path p = Path.of(path); p != null; p = p.getParent()) {
      Long removed = lastRemoved.get(p.toString());
      if (removed != null && removed > number) {
        return true;
      }
    }
    return false;
  }

  /** Whether a later record writes this path or something in it. */
  private boolean isWrittenLater(String path, long number) {
    Long written = lastWritten.get(path);
    return (written != null && written > number)
        || lastWritten.subMap(path + "/", path + "0").values().stream().anyMatch(n -> n > number);
  }

  private boolean isForeign(Path path) throws IOException {
    return Stamp.attributes(path)
        .filter(a -> !a.isDirectory())
        .map(a -> a.lastModifiedTime().toInstant())
        .filter(time -> time.isAfter(end.plus(TICK)) && !time.isAfter(now.plus(TICK)))
        .isPresent();
  }

  // --- doing it

  private void redo(RedoRecord.Change change, long number, long time) throws IOException {
    switch (change) {
      case RedoRecord.Put put -> put(put, number, time);
      case RedoRecord.Folder(String path) -> {
        if (!isSuperseded(path, number)) {
          files.makeFolders(layout.below(path));
          touched.add(layout.below(path));
        }
      }
      case RedoRecord.Removed(String path) -> remove(layout.below(path), number);
      case RedoRecord.Moved(String path, String to) -> move(path, to, number);
      case RedoRecord.Kept _, RedoRecord.TakenBack _, RedoRecord.Elsewhere _ -> {}
    }
  }

  /**
   * Written anew even if the same bytes are there: they may be in memory only, after a flush that
   * failed.
   */
  private void put(RedoRecord.Put put, long number, long time) throws IOException {
    Path target = layout.below(put.path());
    if (isSuperseded(put.path(), number)) {
      return;
    }
    touched.add(target);
    if (!isForeign(target)) {
      FileTime modified =
          put.modified() == RedoRecord.NO_TIME
              ? FileTime.fromMillis(time)
              : FileTime.from(put.modified(), TimeUnit.MICROSECONDS);
      files.makeFolders(Layout.folderOf(target));
      files.publish(files.stage(put.bytes(), modified), target);
    }
  }

  /** Deletes a tree, except for what came there later. */
  private void remove(Path path, long number) throws IOException {
    touched.add(path);
    if (live) {
      return;
    }
    String relative = layout.relative(path);
    if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS) || isForeign(path)) {
      return;
    }
    boolean spared = isWrittenLater(relative, number);
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      for (String name : FolderCache.names(path)) {
        remove(path.resolve(name), number);
      }
      if (!spared && FolderCache.names(path).isEmpty()) {
        disk.delete(path);
      }
    } else if (!spared) {
      disk.delete(path);
    }
  }

  private void move(String from, String to, long number) throws IOException {
    Path source = layout.below(from);
    Path target = layout.below(to);
    touched.add(source);
    touched.add(target);
    if (!live && Files.exists(source) && !Files.exists(target) && !isWrittenLater(from, number)) {
      files.makeFolders(Layout.folderOf(target));
      files.publish(source, target);
    }
  }
}
