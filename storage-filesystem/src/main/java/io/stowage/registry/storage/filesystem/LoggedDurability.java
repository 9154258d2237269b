package io.stowage.registry.storage.filesystem;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Small files and the names of all files become durable by the {@link RedoLog}, in one flush that
 * concurrent requests share; the bytes of large files by their own flush, with their folders.
 *
 * <p>It remembers what it made durable, because finding a file or folder proves nothing: another
 * server may have written it and not flushed it. The memory is bounded; what it forgot is made sure
 * of once more.
 */
final class LoggedDurability implements Durability {
  private static final long REMEMBERED_PATHS = 10_000;

  /** A larger file is flushed by itself. */
  private static final int LARGEST_LOGGED_BYTES = 64 << 10;

  private final Layout layout;
  private final Disk disk;
  private final AtomicFile files;
  private final RedoLog log;
  private final int largestLogged;
  private final Cache<Path, Boolean> logged = paths();
  private final Cache<Path, Boolean> flushed = paths();

  /** Commits that failed and couldn't be taken back yet. */
  private final Deque<LoggedCommit> unsettled = new ArrayDeque<>();

  private volatile boolean settled = true;

  LoggedDurability(Layout layout, Disk disk, AtomicFile files, RedoLog log, long segmentBytes) {
    this.layout = layout;
    this.disk = disk;
    this.files = files;
    this.log = log;
    this.largestLogged = (int) Math.min(LARGEST_LOGGED_BYTES, segmentBytes / 8);
  }

  private static Cache<Path, Boolean> paths() {
    return Caffeine.newBuilder().maximumSize(REMEMBERED_PATHS).executor(Runnable::run).build();
  }

  @Override
  public Commit begin() throws IOException {
    requireSettled();
    return new LoggedCommit(this, layout, disk, files, log);
  }

  int largestLogged() {
    return largestLogged;
  }

  // --- what is durable

  /** Whether the file or folder could be made again from the log, or is flushed. */
  boolean isSure(Path path) {
    return logged.asMap().containsKey(path) || isFlushed(path);
  }

  boolean isFlushed(Path path) {
    return flushed.asMap().containsKey(path);
  }

  void logged(Path path) {
    logged.put(path, true);
  }

  void flushed(Path path) {
    flushed.put(path, true);
  }

  /** A path is gone, with the only file that the folder of a link, or of a blob, has in it. */
  void gone(Path path) {
    for (Path each : new Path[] {path, path.resolve(Layout.LINK), path.resolve(Layout.DATA)}) {
      logged.invalidate(each);
      flushed.invalidate(each);
    }
  }

  // --- what is half done

  /** The disk holds a half of this commit: nothing else is changed until it is taken back. */
  void unsettled(LoggedCommit commit) {
    synchronized (unsettled) {
      unsettled.add(commit);
      settled = false;
    }
  }

  @Override
  public void settle() throws IOException {
    if (settled) {
      return;
    }
    synchronized (unsettled) {
      while (!unsettled.isEmpty()) {
        unsettled.getFirst().takeBack();
        unsettled.removeFirst();
      }
      settled = true;
    }
  }

  @Override
  public void requireSettled() throws IOException {
    if (!settled) {
      throw new IOException("an earlier change that failed has yet to be taken back");
    }
  }
}
