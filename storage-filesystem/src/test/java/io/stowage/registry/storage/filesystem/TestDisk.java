package io.stowage.registry.storage.filesystem;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The real disk, watched, and broken at will: at one call, or from one call on, which is what the
 * death of the process looks like to the disk. A write that breaks has written half. It is not
 * flushed: that takes long, and whether it happened only a power cut could tell.
 */
final class TestDisk implements Disk {
  enum Call {
    CREATE,
    OPEN,
    WRITE,
    TRUNCATE,
    TOUCH,
    FLUSH_FILE,
    FLUSH_DATA,
    FLUSH_FOLDER,
    FLUSH_FILE_SYSTEM,
    MOVE,
    CREATE_FOLDER,
    DELETE
  }

  /**
   * @param path what was called on; the new name of a move
   * @param from the old name of a move
   */
  record Event(Call call, Path path, @Nullable Path from) {}

  /** What a test does at a call, before the disk: wait, or break it. */
  interface Hook {
    void at(Event event) throws IOException;
  }

  private final Disk disk = new PosixDisk();
  private final List<Event> events = new ArrayList<>();
  private final Map<Call, IOException> failing = new EnumMap<>(Call.class);
  private final Set<Path> watched = ConcurrentHashMap.newKeySet();
  private long failAt = Long.MAX_VALUE;
  private boolean forEver;
  private String problem = "";
  private volatile Hook hook = event -> {};

  /** Breaks the n-th call from now, the first being 0. */
  synchronized void failOnce(int n, String message) {
    events.clear();
    failAt = n;
    forEver = false;
    problem = message;
  }

  /** Breaks all calls from the n-th from now on. */
  void dieAt(int n) {
    failOnce(n, "the process is dead");
    forEver = true;
  }

  /** Breaks all calls of one kind from now on. */
  void failAll(Call call, IOException failure) {
    watch();
    failing.put(call, failure);
  }

  /** Does this at each call from now on, whatever else is broken. */
  void hook(Hook value) {
    hook = value;
  }

  /** Forgets what was watched, and breaks nothing by itself. */
  void watch() {
    failing.clear();
    failOnce(Integer.MAX_VALUE, "");
  }

  /** Whether a call was broken. */
  synchronized boolean failed() {
    return events.size() > failAt;
  }

  synchronized List<Event> events() {
    return List.copyOf(events);
  }

  synchronized long count(Call call) {
    return events.stream().filter(event -> event.call() == call).count();
  }

  /** With a log that is soon full. */
  static FileStorageOptions options(Path root) {
    return FileStorageOptions.of(root).withLogBytes(64 << 10);
  }

  private synchronized boolean breaks(Call call, Path path, @Nullable Path from) {
    int n = events.size();
    events.add(new Event(call, path, from));
    return forEver ? n >= failAt : n == failAt;
  }

  private void note(Call call, Path path, @Nullable Path from) throws IOException {
    boolean broken = breaks(call, path, from);
    hook.at(new Event(call, path, from));
    if (broken) {
      throw new IOException(problem);
    }
    IOException failure = failing.get(call);
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public FileChannel create(Path file) throws IOException {
    note(Call.CREATE, file, null);
    return disk.create(file);
  }

  @Override
  public FileChannel open(Path file) throws IOException {
    note(Call.OPEN, file, null);
    return disk.open(file);
  }

  @Override
  public void write(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
    if (breaks(Call.WRITE, Path.of(""), null)) {
      ByteBuffer half = bytes.slice(bytes.position(), bytes.remaining() / 2);
      disk.write(channel, half, at);
      throw new IOException(problem);
    }
    disk.write(channel, bytes, at);
  }

  @Override
  public void truncate(FileChannel channel, long length) throws IOException {
    note(Call.TRUNCATE, Path.of(""), null);
    disk.truncate(channel, length);
  }

  @Override
  public void touch(Path file, FileTime time) throws IOException {
    note(Call.TOUCH, file, null);
    disk.touch(file, time);
  }

  @Override
  public void flushFile(FileChannel channel, Path file) throws IOException {
    note(Call.FLUSH_FILE, file, null);
  }

  @Override
  public void flushData(FileChannel channel, Path file) throws IOException {
    note(Call.FLUSH_DATA, file, null);
  }

  @Override
  public void watchFileSystem(Path folder) {
    watched.add(folder);
  }

  /** The folders whose file systems are watched. */
  Set<Path> watched() {
    return watched;
  }

  @Override
  public boolean flushFileSystem(Path folder) throws IOException {
    note(Call.FLUSH_FILE_SYSTEM, folder, null);
    return true;
  }

  @Override
  public void flushFolder(Path folder) throws IOException {
    note(Call.FLUSH_FOLDER, folder, null);
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    note(Call.MOVE, to, from);
    disk.move(from, to);
  }

  @Override
  public boolean createFolder(Path folder) throws IOException {
    note(Call.CREATE_FOLDER, folder, null);
    return disk.createFolder(folder);
  }

  @Override
  public void delete(Path path) throws IOException {
    note(Call.DELETE, path, null);
    disk.delete(path);
  }
}
