package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.DigestVerifier;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A commit by the redo log; see {@link LoggedDurability}. What it is to change is gathered, with
 * all that needs space; {@link #durable} writes it to the log first and to the tree after that, so
 * that readers see nothing that a power cut could take away, and after one it is made in full or
 * not at all.
 */
final class LoggedCommit implements Commit {
  private static final Logger LOG = LoggerFactory.getLogger(LoggedCommit.class);

  private interface Step {
    void run() throws IOException;
  }

  /**
   * Takes a step back.
   *
   * @param result what the log has to say of it: nothing else flushes what is there again
   */
  private record WayBack(Step step, RedoRecord.Change result) {}

  /**
   * The bytes of a file under a temporary name, or of the files of a folder by their path in it.
   */
  private record Content(Map<String, byte[]> files, @Nullable FileTime modified) {}

  private final LoggedDurability durability;
  private final Layout layout;
  private final Disk disk;
  private final AtomicFile files;
  private final RedoLog log;

  private final List<RedoRecord.Change> changes = new ArrayList<>();
  private final List<Step> steps = new ArrayList<>();
  private final Deque<WayBack> wayBack = new ArrayDeque<>();
  private final List<RedoRecord.Change> restored = new ArrayList<>();

  /** Gives large content that was renamed to its place back to its upload. */
  private final List<Step> returns = new ArrayList<>();

  private final Map<Path, Content> staged = new HashMap<>();
  private final List<Path> removed = new ArrayList<>();

  /** What the record covers, whether it is there already or about to be. */
  private final Set<Path> covered = new HashSet<>();

  private final Set<Path> touched = new HashSet<>();
  private RedoLog.@Nullable Place place;
  private RedoLog.@Nullable Place takenBackFrom;

  /** Whether a start may find the record of this commit, and would make all of it. */
  private boolean mayBeRecorded;

  /** Whether it waits for being taken back, with its record under way. */
  private boolean stuck;

  private boolean done;

  LoggedCommit(
      LoggedDurability durability, Layout layout, Disk disk, AtomicFile files, RedoLog log) {
    this.durability = durability;
    this.layout = layout;
    this.disk = disk;
    this.files = files;
    this.log = log;
  }

  // --- gathering

  @Override
  public Staged stage(byte[] content, @Nullable FileTime modified) throws IOException {
    Path path = files.stage(content, modified);
    staged.put(path, new Content(Map.of("", content), modified));
    return new Staged(path);
  }

  @Override
  public Staged stageFolder(Map<String, byte[]> content) throws IOException {
    Path path = files.stageFolder(content);
    staged.put(path, new Content(content, null));
    return new Staged(path);
  }

  @Override
  public void publish(Staged ready, Path target) throws IOException {
    Content content = staged.getOrDefault(ready.path(), new Content(Map.of(), null));
    byte[] single = content.files().get("");
    if (single != null && single.length > durability.largestLogged()) {
      files.flush(ready.path());
      publishFlushed(ready.path(), target); // and there it stays: without a link it is nothing
      staged.remove(ready.path());
      return;
    }
    makeFolders(Layout.folderOf(target));
    content
        .files()
        .forEach((inner, bytes) -> put(inside(target, inner), bytes, content.modified()));
    steps.add(
        () -> {
          WayBack back = wayBack(target);
          files.publish(ready.path(), target);
          staged.remove(ready.path());
          wayBack.push(back);
        });
  }

  private static Path inside(Path target, String inner) {
    return inner.isEmpty() ? target : target.resolve(inner);
  }

  private void put(Path target, byte[] bytes, @Nullable FileTime modified) {
    long time = modified == null ? RedoRecord.NO_TIME : modified.to(TimeUnit.MICROSECONDS);
    changes.add(putOf(target, bytes, time));
    covered.add(target);
    touched.add(target);
  }

  @Override
  public void adopt(FileChannel channel, Path file, Path target) throws IOException {
    if (channel.size() > durability.largestLogged()) {
      flush(channel, file);
      boolean replaces = Files.exists(target);
      returns.add(
          () -> {
            if (!replaces && Files.exists(target)) {
              leave(target, file);
            }
          });
      publishFlushed(file, target);
      return;
    }
    makeFolders(Layout.folderOf(target));
    byte[] bytes = bytes(channel);
    put(target, bytes, null);
    steps.add(
        () -> {
          boolean replaces = Files.exists(target);
          files.publish(file, target);
          wayBack.push(
              replaces
                  ? new WayBack(() -> {}, putOf(target, bytes, RedoRecord.NO_TIME))
                  : new WayBack(() -> leave(target, file), removedOf(target)));
        });
  }

  private static byte[] bytes(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate((int) channel.size());
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, bytes.position()) < 0) {
        throw new EOFException("an upload became shorter while it was committed");
      }
    }
    return bytes.array();
  }

  /** Content goes back to its upload if it can; no link leads to it where it is. */
  private void leave(Path target, Path file) {
    durability.gone(target);
    try {
      files.publish(target, file);
    } catch (IOException e) {
      LOG.warn("{} stays in its place without a link", target, e);
    }
  }

  /** After a failed flush nobody knows what is on the disk, and another flush may well succeed. */
  private void flush(FileChannel channel, Path file) throws IOException {
    try {
      disk.flushFile(channel, file);
    } catch (IOException e) {
      files.deleteTree(file);
      throw e;
    }
  }

  /** At once: content that no link leads to yet is seen by nobody. */
  private void publishFlushed(Path file, Path target) throws IOException {
    makeFolders(Layout.folderOf(target));
    files.publish(file, target);
    durability.gone(target);
    flushFolders(target);
    kept(target);
  }

  @Override
  public void keep(Path file) throws IOException {
    if (isDurable(file)
        || isFlushedForItsLength(file, Files.size(file))
        || durability.isSure(file)) {
      return;
    }
    byte[] bytes = Files.readAllBytes(file);
    if (isWorthKeeping(file, bytes)) {
      put(file, bytes, Files.getLastModifiedTime(file));
    }
  }

  @Override
  public void keep(Path file, byte[] content) throws IOException {
    if (!isDurable(file)
        && !isFlushedForItsLength(file, content.length)
        && !durability.isSure(file)) {
      put(file, content, Files.getLastModifiedTime(file));
    }
  }

  /** Whether it is, or will be with this commit, which may not have put it there yet. */
  private boolean isDurable(Path file) {
    return covered.contains(file) || durability.isFlushed(file);
  }

  /** A file that is too long for the log is flushed, even if its bytes are in it. */
  private boolean isFlushedForItsLength(Path file, long size) throws IOException {
    if (size <= durability.largestLogged()) {
      return false;
    }
    files.flush(file);
    flushFolders(file);
    kept(file);
    return true;
  }

  /** Bytes that rotted must not come back by a record, over those of a push that heals them. */
  private boolean isWorthKeeping(Path file, byte[] bytes) {
    return layout
        .digestOf(file)
        .map(digest -> DigestVerifier.digestOf(digest.algorithm(), bytes).equals(digest))
        .orElse(true);
  }

  private void kept(Path file) {
    changes.add(new RedoRecord.Kept(layout.relative(file)));
    covered.add(file);
  }

  /** Flushes the entries of a file and of all folders on the way to it. */
  private void flushFolders(Path file) throws IOException {
    List<Path> upwards = new ArrayList<>();
    for (Path p = file;
        !p.equals(layout.root()) && !durability.isFlushed(p);
        p = Layout.folderOf(p)) {
      upwards.add(p);
    }
    for (Path path : upwards) {
      disk.flushFolder(Layout.folderOf(path));
    }
    upwards.forEach(durability::flushed);
  }

  @Override
  public void makeFolder(Path folder) throws IOException {
    if (durability.isSure(folder) && Files.isDirectory(folder)) {
      return;
    }
    makeFolders(folder);
    changes.add(new RedoRecord.Folder(layout.relative(folder)));
    covered.add(folder);
    touched.add(folder);
  }

  /** At once: empty folders say nothing to any reader. */
  private void makeFolders(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      durability.gone(folder);
      makeFolders(Layout.folderOf(folder));
      disk.createFolder(folder);
    }
  }

  @Override
  public void remove(Path path) {
    changes.add(removedOf(path));
    touched.add(path);
    steps.add(
        () -> {
          Path away = layout.newTemporary();
          files.publish(path, away);
          removed.add(away);
          durability.gone(path);
          wayBack.push(
              new WayBack(
                  () -> {
                    files.publish(away, path);
                    removed.remove(away);
                  },
                  movedOf(away, path)));
        });
  }

  @Override
  public void setAside(Path path, Path to) throws IOException {
    makeFolders(Layout.folderOf(to));
    changes.add(movedOf(path, to));
    touched.add(path);
    touched.add(to);
    steps.add(
        () -> {
          files.publish(path, to);
          durability.gone(path);
          wayBack.push(new WayBack(() -> files.publish(to, path), movedOf(to, path)));
        });
  }

  // --- the end

  @Override
  public void durable() throws IOException {
    durability.requireSettled();
    if (!changes.isEmpty()) {
      mayBeRecorded = true;
      RedoLog.Place where = log.append(changes);
      place = where;
      where.segment().touched().addAll(touched);
      for (Step step : steps) {
        step.run();
      }
    }
    done = true;
    wayBack.clear();
    returns.clear();
    covered.forEach(durability::logged);
  }

  @Override
  public void close() throws IOException {
    if (done) {
      end();
      return;
    }
    try {
      takeBack();
    } catch (IOException e) {
      if (place != null) {
        stuck = true;
        log.stuck(1);
      }
      durability.unsettled(this);
      throw e;
    }
  }

  private void end() {
    RedoLog.Place where = place;
    place = null;
    if (where != null) {
      log.ended(where);
    }
    staged.keySet().forEach(this::discard);
    removed.forEach(this::discard);
  }

  /**
   * Newest first, up to the first failure; another call goes on from there. Then the log is told
   * what is there again, for that is as little flushed as what was there in between. Only when a
   * start can't find the record any more may the content that it names go.
   */
  void takeBack() throws IOException {
    while (!wayBack.isEmpty()) {
      WayBack next = wayBack.getFirst();
      next.step().run();
      restored.add(next.result());
      wayBack.removeFirst();
    }
    RedoLog.Place where = place;
    if (where != null) {
      log.stuck(stuck ? -1 : 0);
      stuck = false;
      place = null;
      takenBackFrom = where;
      log.doesNotCount(where, restored);
    }
    RedoLog.Place noted = takenBackFrom;
    if (noted != null) {
      log.noteTakenBack(noted);
      mayBeRecorded = false;
    }
    if (!mayBeRecorded) {
      for (Step step : returns) {
        step.run();
      }
    }
    end();
  }

  private WayBack wayBack(Path target) throws IOException {
    if (!Files.exists(target)) {
      return new WayBack(
          () -> {
            Path away = layout.newTemporary();
            files.publish(target, away);
            removed.add(away);
            durability.gone(target);
          },
          removedOf(target));
    }
    if (Files.size(target) > durability.largestLogged()) {
      // a damaged manifest: what replaced it stays, and is found sound or is not found
      return new WayBack(() -> {}, new RedoRecord.Kept(layout.relative(target)));
    }
    byte[] before = Files.readAllBytes(target);
    FileTime time = Files.getLastModifiedTime(target);
    return new WayBack(
        () -> files.publish(files.stage(before, time), target),
        putOf(target, before, time.to(TimeUnit.MICROSECONDS)));
  }

  private RedoRecord.Change putOf(Path target, byte[] bytes, long time) {
    return new RedoRecord.Put(layout.relative(target), bytes, time);
  }

  private RedoRecord.Change removedOf(Path target) {
    return new RedoRecord.Removed(layout.relative(target));
  }

  private RedoRecord.Change movedOf(Path from, Path to) {
    return new RedoRecord.Moved(layout.relative(from), layout.relative(to));
  }

  /** What can't be deleted now is swept later. */
  private void discard(Path path) {
    try {
      files.deleteTree(path);
    } catch (IOException e) {
      LOG.debug("left for the sweep: {}", path, e);
    }
  }
}
