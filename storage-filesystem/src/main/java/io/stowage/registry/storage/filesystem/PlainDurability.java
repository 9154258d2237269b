package io.stowage.registry.storage.filesystem;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.nio.file.Path;

/**
 * The plain recipe: flush each file before its rename, and each folder that got a new entry after
 * it, every folder once in a request.
 *
 * <p>It remembers what it flushed, because finding a file or folder proves nothing: whoever made it
 * may have died, or be just about to flush it. A path is firm from the moment when its own folder
 * was flushed by this process. The memory is bounded; what it forgot is flushed once more, which
 * costs little for something clean.
 */
final class PlainDurability implements Durability {
  private static final long REMEMBERED_PATHS = 10_000;

  private final Layout layout;
  private final Disk disk;
  private final AtomicFile files;
  private final Cache<Path, Boolean> firm =
      Caffeine.newBuilder().maximumSize(REMEMBERED_PATHS).executor(Runnable::run).build();

  PlainDurability(Layout layout, Disk disk, AtomicFile files) {
    this.layout = layout;
    this.disk = disk;
    this.files = files;
  }

  @Override
  public Commit begin() {
    return new PlainCommit(layout.root(), disk, files, layout::newTemporary, firm.asMap());
  }
}
