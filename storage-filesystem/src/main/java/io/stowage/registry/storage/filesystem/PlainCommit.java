package io.stowage.registry.storage.filesystem;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A commit by the plain recipe; see {@link PlainDurability}. */
final class PlainCommit implements Commit {
  private static final Logger LOG = LoggerFactory.getLogger(PlainCommit.class);

  /** Links are put back from memory; a damaged manifest that was replaced needs no way back. */
  private static final long LARGEST_RESTORED_BYTES = 4096;

  private interface Step {
    void run() throws IOException;
  }

  private final Path root;
  private final Disk disk;
  private final AtomicFile files;
  private final Supplier<Path> temporary;
  private final Map<Path, Boolean> firm;

  private final Set<Path> unflushed = new LinkedHashSet<>();
  private final Set<Path> firmOnceFlushed = new LinkedHashSet<>();
  private final Deque<Step> wayBack = new ArrayDeque<>();

  /** What waits for its name, with the paths in it: none for a file. */
  private final Map<Path, Set<String>> staged = new HashMap<>();

  private final List<Path> removed = new ArrayList<>();
  private Runnable mixed = () -> {};
  private boolean done;

  PlainCommit(
      Path root, Disk disk, AtomicFile files, Supplier<Path> temporary, Map<Path, Boolean> firm) {
    this.root = root;
    this.disk = disk;
    this.files = files;
    this.temporary = temporary;
    this.firm = firm;
  }

  @Override
  public Staged stage(byte[] content, @Nullable FileTime modified) throws IOException {
    Path path = files.stage(content, modified);
    staged.put(path, Set.of());
    return new Staged(path);
  }

  @Override
  public Staged stageFolder(Map<String, byte[]> content) throws IOException {
    Path path = files.stageFolder(content);
    staged.put(path, Set.copyOf(content.keySet()));
    return new Staged(path);
  }

  @Override
  public void publish(Staged ready, Path target) throws IOException {
    makeFolder(Layout.folderOf(target));
    Step back = wayBack(target);
    files.publish(ready.path(), target);
    wayBack.push(back);
    published(target);
    for (String inner : staged.getOrDefault(ready.path(), Set.of())) {
      for (Path p = target.resolve(inner); !p.equals(target); p = Layout.folderOf(p)) {
        firmOnceFlushed.add(p);
      }
    }
    staged.remove(ready.path());
  }

  @Override
  public void adopt(FileChannel channel, Path file, Path target) throws IOException {
    makeFolder(Layout.folderOf(target));
    boolean replaces = Files.exists(target);
    flush(channel, file);
    files.publish(file, target);
    if (!replaces) {
      wayBack.push(() -> files.publish(target, file));
    }
    published(target);
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

  @Override
  public void keep(Path file) throws IOException {
    if (isFirm(file)) {
      return;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      disk.flushFile(channel, file);
    }
    makeFolder(Layout.folderOf(file));
    published(file);
  }

  @Override
  public void makeFolder(Path folder) throws IOException {
    if (folder.equals(root) || (isFirm(folder) && Files.isDirectory(folder))) {
      return;
    }
    Path parent = Layout.folderOf(folder);
    makeFolder(parent);
    disk.createFolder(folder);
    published(folder);
  }

  @Override
  public void remove(Path path) throws IOException {
    Path away = temporary.get();
    files.publish(path, away);
    removed.add(away);
    wayBack.push(
        () -> {
          files.publish(away, path);
          removed.remove(away);
        });
    firm.remove(path);
    firm.remove(path.resolve(Layout.LINK)); // the only file in the folder of a link, or a blob
    firm.remove(path.resolve(Layout.DATA));
    unflushed.add(Layout.folderOf(path));
  }

  @Override
  public void setAside(Path path, Path place) throws IOException {
    makeFolder(Layout.folderOf(place));
    files.publish(path, place);
    wayBack.push(() -> files.publish(place, path));
    published(place);
    firm.remove(path);
    unflushed.add(Layout.folderOf(path));
  }

  @Override
  public void ifMixed(Runnable action) {
    mixed = action;
  }

  @Override
  public void barrier() throws IOException {
    for (Path folder : unflushed) {
      disk.flushFolder(folder);
    }
    unflushed.clear();
    firmOnceFlushed.forEach(path -> firm.put(path, true));
    firmOnceFlushed.clear();
  }

  @Override
  public void durable() throws IOException {
    barrier();
    done = true;
    wayBack.clear();
  }

  @Override
  public void close() throws IOException {
    try {
      if (!done) {
        takeBack();
      }
    } finally {
      staged.keySet().forEach(this::discard);
      removed.forEach(this::discard);
    }
  }

  private boolean isFirm(Path path) {
    return firm.containsKey(path) || firmOnceFlushed.contains(path);
  }

  private void published(Path path) {
    unflushed.add(Layout.folderOf(path));
    firmOnceFlushed.add(path);
  }

  private Step wayBack(Path target) throws IOException {
    if (!Files.exists(target)) {
      return () -> {
        Path away = temporary.get();
        files.publish(target, away);
        removed.add(away);
        firm.remove(target);
      };
    }
    if (Files.size(target) > LARGEST_RESTORED_BYTES) {
      return () -> {};
    }
    byte[] before = Files.readAllBytes(target);
    return () -> files.publish(files.stage(before, null), target);
  }

  /** Newest first, up to the first failure: what came before it may matter for mending it. */
  private void takeBack() throws IOException {
    try {
      while (!wayBack.isEmpty()) {
        wayBack.pop().run();
      }
    } catch (IOException e) {
      mixed.run();
      throw e;
    }
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
