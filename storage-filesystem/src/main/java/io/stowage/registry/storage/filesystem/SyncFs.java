package io.stowage.registry.storage.filesystem;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file system, to be flushed at once by Linux' {@code syncfs(2)}; the JDK has nothing like it.
 *
 * <p>It stays open, for the kernel tells each open file of the failures since it was opened. One
 * that is opened for each flush isn't told of a failure that another process was told of before.
 *
 * <p>Safe for use by many threads, but for {@link #close}.
 */
@SuppressWarnings(
    "restricted") // the launcher and the build enable native access, as Netty needs it too
final class SyncFs implements Closeable {
  private static final int O_RDONLY = 0;

  /** As on all architectures that this runs on. */
  private static final int O_CLOEXEC = 02000000;

  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private record Functions(
      MethodHandle open, MethodHandle syncfs, MethodHandle close, MethodHandle strerror) {}

  private static final @Nullable Functions FUNCTIONS = functions();

  /** Since this version syncfs says if anything could not be written; before, only fsync does. */
  private static final int TELLING_MAJOR = 5;

  private static final int TELLING_MINOR = 8;

  /**
   * Types of file systems on which syncfs reaches the disk, or the server, and says if it doesn't.
   * On others it may only write to the process behind them (FUSE, 9p) or to a server's memory
   * (CIFS), or fail in silence (overlay); there only the flush of each file is a promise.
   */
  private static final Set<String> TELLING_TYPES =
      Set.of(
          "ext2",
          "ext3",
          "ext4",
          "xfs",
          "btrfs",
          "f2fs",
          "zfs",
          "bcachefs",
          "jfs",
          "tmpfs",
          "ramfs",
          "nfs",
          "nfs4",
          "ceph");

  private static final Pattern RELEASE = Pattern.compile("(\\d{1,4})\\.(\\d{1,4}).*");

  private final Functions functions;
  private final Path folder;
  private final int file;
  private final boolean telling;

  private SyncFs(Functions functions, Path folder, int file, boolean telling) {
    this.functions = functions;
    this.folder = folder;
    this.file = file;
    this.telling = telling;
  }

  /** Whether this system has it. */
  static boolean isThere() {
    return FUNCTIONS != null;
  }

  private static @Nullable Functions functions() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return null;
    }
    Linker linker = Linker.nativeLinker();
    SymbolLookup lookup = linker.defaultLookup();
    if (lookup.find("syncfs").isEmpty()) {
      return null;
    }
    Linker.Option errno = Linker.Option.captureCallState("errno");
    return new Functions(
        linker.downcallHandle(
            lookup.findOrThrow("open"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
            errno,
            Linker.Option.firstVariadicArg(2)),
        linker.downcallHandle(
            lookup.findOrThrow("syncfs"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT),
            errno),
        linker.downcallHandle(
            lookup.findOrThrow("close"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT)),
        linker.downcallHandle(
            lookup.findOrThrow("strerror"),
            FunctionDescriptor.of(ValueLayout.ADDRESS, ValueLayout.JAVA_INT)));
  }

  /** Opens the file system of this folder; only where {@link #isThere} says so. */
  static SyncFs open(Path folder) throws IOException {
    Functions functions = FUNCTIONS;
    if (functions == null) {
      throw new UnsupportedOperationException("syncfs");
    }
    boolean telling =
        tellsOfFailures(Files.getFileStore(folder).type(), System.getProperty("os.version"));
    return call(
        (arena, state) -> {
          MemorySegment name = arena.allocateFrom(folder.toString());
          int file = (int) functions.open.invokeExact(state, name, O_RDONLY | O_CLOEXEC);
          requireDone(file, "open", folder, functions, state);
          return new SyncFs(functions, folder, file, telling);
        });
  }

  /** Whether a flush without failure means that all is on the disk. */
  boolean tellsOfFailures() {
    return telling;
  }

  /**
   * The same for a type of file system, as in {@code /proc/mounts}, and a release of the kernel, as
   * {@code uname -r} has it.
   */
  static boolean tellsOfFailures(String type, String release) {
    Matcher version = RELEASE.matcher(release);
    if (!TELLING_TYPES.contains(type) || !version.matches()) {
      return false;
    }
    int major = Integer.parseInt(version.group(1));
    int minor = Integer.parseInt(version.group(2));
    return major > TELLING_MAJOR || (major == TELLING_MAJOR && minor >= TELLING_MINOR);
  }

  /**
   * Flushes it.
   *
   * @throws IOException if it can't be, or if anything could not be written since it was opened, or
   *     since the last flush
   */
  void flush() throws IOException {
    call(
        (arena, state) -> {
          int result = (int) functions.syncfs.invokeExact(state, file);
          requireDone(result, "syncfs", folder, functions, state);
          return this;
        });
  }

  @Override
  public void close() {
    try {
      int _ = (int) functions.close.invokeExact(file);
    } catch (Throwable e) {
      throw new AssertionError("no call of C throws", e);
    }
  }

  private interface Call {
    SyncFs make(Arena arena, MemorySegment state) throws Throwable;
  }

  private static SyncFs call(Call call) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      return call.make(arena, arena.allocate(STATE));
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("no call of C throws", e);
    }
  }

  private static void requireDone(
      int result, String call, Path folder, Functions functions, MemorySegment state)
      throws Throwable {
    if (result < 0) {
      MemorySegment text =
          (MemorySegment) functions.strerror.invokeExact((int) ERRNO.get(state, 0L));
      throw new FileSystemException(
          folder.toString(), null, text.reinterpret(256).getString(0) + " (" + call + ")");
    }
  }
}
