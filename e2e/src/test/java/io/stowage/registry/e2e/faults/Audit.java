package io.stowage.registry.e2e.faults;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Proves from the system calls of one request or more that all they changed was durable before the
 * last answer left. A file is durable if it was flushed after its last write, renamed after that,
 * and its folder flushed after that, with the folder of each new folder on the way; or if a record
 * with all its bytes was in the redo log, and the log flushed, before the file got its name.
 *
 * @param root of the volume
 */
record Audit(Trace trace, Path root) {
  private static final int LOG_HEAD_BYTES = 512;

  /** A write to the redo log, and when a flush after it had returned. */
  private record Logged(RedoFrames frames, int flushed) {}

  /** A file or folder that got a name which clients see. */
  private record Published(Path from, Path to, SystemCall rename) {}

  /** What isn't as it has to be, in words; empty if all is. */
  List<String> violations() {
    int deadline = deadline();
    List<Logged> records = records();
    List<String> wrong = new ArrayList<>();
    List<Published> published = published(deadline);
    for (Published each : published) {
      if (isLogged(each, records)) {
        continue;
      }
      String problem = notFlushed(each, deadline);
      if (!problem.isEmpty()) {
        wrong.add(each.to() + " has no record in the log, and " + problem);
      }
    }
    for (SystemCall removal : removals(deadline)) {
      String path = relative(removal.path());
      if (records.stream()
          .noneMatch(r -> r.frames().removed().contains(path) && r.flushed() < removal.begun())) {
        wrong.add(path + " went away without a record that was flushed: " + removal);
      }
    }
    wrong.addAll(inPlace());
    return wrong;
  }

  /** How many things got their names or went, so that an audit of nothing is noticed. */
  int changes() {
    return published(deadline()).size() + removals(deadline()).size();
  }

  /** The flushes that returned before the last answer left. */
  long flushes() {
    int deadline = deadline();
    return trace.calls().stream().filter(c -> c.flushes() && c.ended() < deadline).count();
  }

  /** The last byte of good news; a trace without any is of work that nobody waits for. */
  private int deadline() {
    return trace.calls().stream()
        .filter(call -> call.name().equals("sendto"))
        .filter(call -> call.arguments().get(1).startsWith("\"HTTP/1.1 20"))
        .mapToInt(SystemCall::begun)
        .max()
        .orElse(SystemCall.NEVER);
  }

  // --- what happened

  private List<Published> published(int deadline) {
    List<Published> all = new ArrayList<>();
    for (SystemCall call : renames(deadline)) {
      Path from = call.paths().get(0);
      Path to = call.paths().get(1);
      if (!isFinal(to)) {
        continue;
      }
      List<Path> inside =
          trace.calls().stream()
              .filter(c -> c.creates() && c.succeeded() && c.begun() < call.begun())
              .map(SystemCall::path)
              .filter(path -> path.startsWith(from))
              .distinct()
              .toList();
      if (inside.isEmpty()) {
        all.add(new Published(from, to, call)); // it was made before the trace began
      }
      inside.forEach(p -> all.add(new Published(p, to.resolve(from.relativize(p)), call)));
    }
    return all;
  }

  private List<SystemCall> removals(int deadline) {
    return renames(deadline).stream()
        .filter(call -> isFinal(call.paths().get(0)) && !isFinal(call.paths().get(1)))
        .toList();
  }

  private List<SystemCall> renames(int deadline) {
    return trace.calls().stream()
        .filter(c -> c.name().startsWith("rename") && c.succeeded() && c.begun() < deadline)
        .toList();
  }

  /** Whether clients see it, or what is in it; uploads are seen by those alone who send them. */
  private boolean isFinal(Path path) {
    Path tree = root.resolve("docker/registry/v2");
    return (path.startsWith(tree.resolve("blobs")) || path.startsWith(tree.resolve("repositories")))
        && !path.toString().contains("/_uploads");
  }

  // --- the log

  private List<Logged> records() {
    List<Logged> records = new ArrayList<>();
    for (SystemCall call : trace.calls()) {
      if (call.writes() && isLog(call.path()) && call.number(3) >= LOG_HEAD_BYTES) {
        byte[] frames = read(call.path(), call.number(3), (int) call.number(2));
        flushAfter(call, call.path())
            .ifPresent(flush -> records.add(new Logged(RedoFrames.of(frames), flush.ended())));
      }
    }
    return records;
  }

  /** One of its two segments; a new one is filled with zeros under a name of its own. */
  private boolean isLog(Path path) {
    Path log = root.resolve("_stowage/log");
    return path.equals(log.resolve("0")) || path.equals(log.resolve("1"));
  }

  private static byte[] read(Path file, long offset, int length) {
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      byte[] bytes = new byte[length];
      in.seek(offset);
      in.readFully(bytes);
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With the very bytes that the file has now. */
  private boolean isLogged(Published file, List<Logged> records) {
    return records.stream()
        .filter(each -> each.flushed() < file.rename().begun())
        .map(each -> each.frames().files().get(relative(file.to())))
        .anyMatch(bytes -> bytes != null && Arrays.equals(bytes, content(file.to())));
  }

  private static byte[] content(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String relative(Path path) {
    return root.relativize(path).toString();
  }

  // --- flushes

  private Optional<SystemCall> flushAfter(SystemCall call, Path path) {
    return trace.calls().stream()
        .filter(c -> c.flushes() && c.succeeded() && c.begun() > call.ended())
        .filter(c -> c.path().equals(path))
        .findFirst();
  }

  /** The first step that is missing in the plain way to a durable file; empty if none is. */
  private String notFlushed(Published file, int deadline) {
    int written =
        trace.calls().stream()
            .filter(c -> c.writes() && c.path().equals(file.from()))
            .mapToInt(SystemCall::ended)
            .max()
            .orElse(-1);
    boolean flushed =
        trace.calls().stream()
            .anyMatch(
                c ->
                    c.flushes()
                        && c.succeeded()
                        && c.path().equals(file.from())
                        && c.begun() > written
                        && c.ended() < file.rename().begun());
    if (!flushed) {
      return "its bytes weren't flushed between their last write and the rename";
    }
    if (!isFlushed(file.rename(), parent(file.to()), deadline)) {
      return "its folder wasn't flushed after the rename";
    }
    for (SystemCall made : trace.calls()) {
      boolean above = made.name().startsWith("mkdir") && file.to().startsWith(made.path());
      if (above && made.succeeded() && !isFlushed(made, parent(made.path()), deadline)) {
        return "the folder of " + made.path() + ", which is new, wasn't flushed";
      }
    }
    return "";
  }

  private boolean isFlushed(SystemCall after, Path folder, int deadline) {
    return flushAfter(after, folder).filter(flush -> flush.ended() < deadline).isPresent();
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    if (parent == null) {
      throw new AssertionError(path);
    }
    return parent;
  }

  // --- what must never be

  /** Nothing is written under a name that clients see, and nothing is cut when it is opened. */
  private List<String> inPlace() {
    List<String> wrong = new ArrayList<>();
    for (SystemCall call : trace.calls()) {
      boolean below = call.paths().stream().anyMatch(path -> path.startsWith(root));
      boolean cuts = call.arguments().stream().anyMatch(a -> a.contains("O_TRUNC"));
      boolean writes = call.writes() || call.creates() || call.name().equals("ftruncate");
      if (below && (cuts || (writes && isFinal(call.path())))) {
        wrong.add("written in place: " + call);
      }
    }
    return wrong;
  }

  /**
   * The log is emptied only when all that its records stand for is on the disk: what isn't so, for
   * a trace of some changes and of the checkpoint after them.
   */
  List<String> letGoTooEarly() {
    List<String> wrong = new ArrayList<>();
    int changed =
        trace.calls().stream()
            .filter(
                c -> c.name().startsWith("rename") && c.paths().stream().anyMatch(this::isFinal))
            .mapToInt(SystemCall::ended)
            .max()
            .orElseThrow(() -> new AssertionError("no change in " + trace));
    List<SystemCall> resets = resets(changed);
    if (resets.isEmpty()) {
      wrong.add("the log is never emptied");
    }
    for (SystemCall reset : resets) {
      boolean safe =
          trace.calls().stream()
              .anyMatch(
                  c ->
                      c.name().equals("syncfs")
                          && c.succeeded()
                          && c.path().startsWith(root)
                          && c.begun() > changed
                          && c.ended() < reset.begun());
      if (!safe) {
        wrong.add("emptied before the file system was flushed: " + reset);
      }
    }
    return wrong;
  }

  /** Writes of the head of a segment: it begins its next use, or is empty. */
  private List<SystemCall> resets(int after) {
    return trace.calls().stream()
        .filter(c -> c.writes() && isLog(c.path()) && c.number(3) == 0 && c.begun() > after)
        .toList();
  }
}
