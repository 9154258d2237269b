package io.stowage.registry.e2e.faults;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One system call, as {@code strace -f -y} tells it.
 *
 * @param thread that made it
 * @param begun when it began, as a place in the order of the trace's lines
 * @param ended when it returned, in the same order; {@link #NEVER} if the process was gone first
 * @param name as in {@code rename}
 * @param arguments as they stand between the parentheses, strings in quotes and cut short
 * @param result what it returned, with the name of an error, or {@code ?}
 * @param injected whether strace made the error instead of the system
 */
record SystemCall(
    String thread,
    int begun,
    int ended,
    String name,
    List<String> arguments,
    String result,
    boolean injected) {
  /** The end of a call that didn't return. */
  static final int NEVER = Integer.MAX_VALUE;

  private static final Pattern FILE = Pattern.compile("(?:\\d+|AT_FDCWD)<(.*)>");

  SystemCall {
    arguments = List.copyOf(arguments);
  }

  /** Reads {@code ARGUMENTS) = RESULT} of a call that took these lines. */
  static SystemCall of(String thread, int begun, int ended, String name, String rest) {
    List<String> arguments = new ArrayList<>();
    int close = split(rest, arguments);
    String result = close < rest.length() ? rest.substring(close + 1).strip() : "";
    if (!result.startsWith("=")) {
      throw new IllegalArgumentException("result: " + rest + " (expected: ARGUMENTS) = RESULT)");
    }
    boolean injected = result.endsWith("(INJECTED)");
    String value = result.substring(1).replace("(INJECTED)", "").strip();
    return new SystemCall(thread, begun, ended, name, arguments, value, injected);
  }

  /** Splits at the commas outside of strings and brackets; returns where the parenthesis closes. */
  private static int split(String text, List<String> into) {
    int depth = 0;
    boolean quoted = false;
    int from = 0;
    for (int at = 0; at < text.length(); at++) {
      char c = text.charAt(at);
      if (quoted) {
        at += c == '\\' ? 1 : 0;
        quoted = c != '"';
      } else if (c == '"') {
        quoted = true;
      } else if (depth == 0 && (c == ',' || c == ')')) {
        if (at > from) {
          into.add(text.substring(from, at).strip());
        }
        from = at + 1;
        if (c == ')') {
          return at;
        }
      } else if ("([{".indexOf(c) >= 0) {
        depth++;
      } else if (")]}".indexOf(c) >= 0) {
        depth--;
      }
    }
    return text.length();
  }

  /**
   * The files and folders that it is about, in the order of its arguments: a name that is relative
   * to the folder before it is made whole.
   */
  List<Path> paths() {
    List<Path> paths = new ArrayList<>();
    String folder = "";
    for (String argument : arguments) {
      Matcher file = FILE.matcher(argument);
      if (argument.startsWith("AT_FDCWD")) {
        folder = file.matches() ? file.group(1) : "";
      } else if (file.matches()) {
        folder = file.group(1);
        paths.add(Path.of(folder));
      } else if (argument.startsWith("\"") && named(argument)) {
        String name = argument.substring(1, argument.length() - 1);
        paths.add(Path.of(folder).resolve(name));
      }
    }
    return paths;
  }

  /** Whether a string is a name: of the calls that write, it is what is written. */
  private boolean named(String argument) {
    return !writes() && !name.startsWith("send") && argument.endsWith("\"");
  }

  /** The first of {@link #paths}. */
  Path path() {
    return paths().getFirst();
  }

  /** Whether it did what it was asked. */
  boolean succeeded() {
    return ended != NEVER && !result.startsWith("-") && !result.startsWith("?");
  }

  /** Whether it puts bytes into a file that is open. */
  boolean writes() {
    return name.startsWith("write") || name.startsWith("pwrite");
  }

  /** Whether it makes bytes or names durable. */
  boolean flushes() {
    return name.equals("fsync") || name.equals("fdatasync") || name.equals("syncfs");
  }

  /** Whether it may make a file, which of all calls that open one are those that change a disk. */
  boolean creates() {
    return name.startsWith("openat") && arguments.stream().anyMatch(a -> a.contains("O_CREAT"));
  }

  /** Whether it changes what a disk holds or makes it durable, rather than looks at it. */
  boolean changes() {
    return creates() || !name.startsWith("open");
  }

  /** The number that is its argument {@code index}: a length, an offset. */
  long number(int index) {
    return Long.parseLong(arguments.get(index));
  }

  @Override
  public String toString() {
    return name + "(" + String.join(", ", arguments) + ") = " + result;
  }
}
