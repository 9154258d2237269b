package io.stowage.registry.e2e.faults;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The system calls of a process in the order in which they began, read from what {@code strace -f
 * -y} printed.
 *
 * @param killed whether the process was killed
 */
record Trace(List<SystemCall> calls, boolean killed) {
  private static final Pattern LINE = Pattern.compile("(\\d+) +(?:[\\d.]+ )?(.*)");
  private static final Pattern CALL = Pattern.compile("([a-z_0-9]+)\\((.*)");
  private static final Pattern RESUMED = Pattern.compile("<\\.\\.\\. ([a-z_0-9]+) resumed>(.*)");
  private static final String KILLED = "+++ killed by SIGKILL";

  /** Of a call that goes on, at the end of its line: later in the trace, or when strace let go. */
  private static final Pattern UNFINISHED =
      Pattern.compile(" <(?:unfinished|detached) \\.\\.\\.>$");

  Trace {
    calls = List.copyOf(calls);
  }

  /** A call whose end comes in a later line. */
  private record Begun(String thread, int at, String name, String rest, int place) {}

  static Trace of(List<String> lines) {
    List<SystemCall> calls = new ArrayList<>();
    Map<String, Begun> unfinished = new HashMap<>();
    for (int at = 0; at < lines.size(); at++) {
      Matcher line = LINE.matcher(lines.get(at));
      if (!line.matches()) {
        throw new IllegalArgumentException("trace: " + lines.get(at) + " (expected: PID CALL)");
      }
      String thread = line.group(1);
      Matcher call = CALL.matcher(line.group(2));
      Matcher resumed = RESUMED.matcher(line.group(2));
      if (resumed.matches()) {
        Begun begun = unfinished.remove(thread);
        if (begun != null && begun.name().equals(resumed.group(1))) {
          calls.set(begun.place(), whole(begun, at, resumed.group(2)));
        }
      } else if (call.matches()) {
        Begun begun = new Begun(thread, at, call.group(1), call.group(2), calls.size());
        if (UNFINISHED.matcher(begun.rest()).find()) {
          unfinished.put(thread, begun);
          calls.add(cut(begun));
        } else {
          calls.add(SystemCall.of(thread, at, at, begun.name(), begun.rest()));
        }
      }
    }
    return new Trace(calls, lines.stream().anyMatch(line -> line.contains(KILLED)));
  }

  private static SystemCall whole(Begun begun, int end, String rest) {
    String first = UNFINISHED.matcher(begun.rest()).replaceFirst("");
    String text = first + rest;
    int ended = text.endsWith("= ?") ? SystemCall.NEVER : end;
    return SystemCall.of(begun.thread(), begun.at(), ended, begun.name(), text);
  }

  /** As far as it is known if nothing more comes of it. */
  private static SystemCall cut(Begun begun) {
    String first = UNFINISHED.matcher(begun.rest()).replaceFirst("");
    return SystemCall.of(
        begun.thread(), begun.at(), SystemCall.NEVER, begun.name(), first + ") = ?");
  }

  /** Those that change something below this folder, or make it durable. */
  List<SystemCall> changesBelow(Path folder) {
    return calls.stream()
        .filter(call -> call.changes() && call.paths().stream().anyMatch(p -> p.startsWith(folder)))
        .toList();
  }

  /**
   * Where strace has to strike to meet a call of this name that changes something below the folder:
   * it counts the calls of each thread from 1.
   */
  List<Integer> turns(String name, Path folder) {
    Set<SystemCall> changes = new HashSet<>(changesBelow(folder));
    Map<String, Integer> counts = new HashMap<>();
    Set<Integer> turns = new TreeSet<>();
    for (SystemCall call : calls) {
      if (call.name().equals(name)) {
        int turn = counts.merge(call.thread(), 1, Integer::sum);
        if (changes.contains(call)) {
          turns.add(turn);
        }
      }
    }
    return List.copyOf(turns);
  }

  /** Those that strace let fail. */
  List<SystemCall> injected() {
    return calls.stream().filter(SystemCall::injected).toList();
  }
}
