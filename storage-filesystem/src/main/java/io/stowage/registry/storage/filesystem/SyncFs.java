package io.stowage.registry.storage.filesystem;

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
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Linux' {@code syncfs(2)}, which flushes a whole file system at once and says since Linux 5.8 if
 * anything could not be written. The JDK has nothing like it.
 */
@SuppressWarnings(
    "restricted") // the launcher and the build enable native access, as Netty needs it too
final class SyncFs {
  private static final int O_RDONLY = 0;

  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private record Functions(
      MethodHandle open, MethodHandle syncfs, MethodHandle close, MethodHandle strerror) {}

  private static final @Nullable Functions FUNCTIONS = functions();

  private SyncFs() {}

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

  /** Flushes the file system of this folder. Answers true. */
  static boolean flush(Path folder) throws IOException {
    Functions functions = FUNCTIONS;
    if (functions == null) {
      throw new UnsupportedOperationException("syncfs");
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int file =
          (int) functions.open.invokeExact(state, arena.allocateFrom(folder.toString()), O_RDONLY);
      requireDone(file, "open", folder, functions, state);
      try {
        requireDone(
            (int) functions.syncfs.invokeExact(state, file), "syncfs", folder, functions, state);
      } finally {
        int _ = (int) functions.close.invokeExact(file);
      }
      return true;
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
