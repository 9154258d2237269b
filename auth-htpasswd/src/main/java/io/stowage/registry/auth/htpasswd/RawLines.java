package io.stowage.registry.auth.htpasswd;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;

/**
 * The lines of an htpasswd file with their ends, for changing one user's and keeping all others
 * byte for byte, right or wrong. Immutable. Text here has a character for each byte, so that
 * nothing is lost whatever the encoding.
 */
final class RawLines {
  private final List<String> lines;

  private RawLines(List<String> lines) {
    this.lines = List.copyOf(lines);
  }

  static RawLines of(byte[] content) {
    String text = new String(content, ISO_8859_1);
    return new RawLines(text.isEmpty() ? List.of() : List.of(text.split("(?<=\n)")));
  }

  byte[] bytes() {
    return String.join("", lines).getBytes(ISO_8859_1);
  }

  boolean has(String user) {
    return lines.stream().anyMatch(line -> isOf(user, line));
  }

  /** Puts the line where the user's first one is, else at the end. */
  RawLines with(HtpasswdLine line) {
    String text = raw(line.text());
    List<String> after = new ArrayList<>();
    boolean placed = false;
    for (String old : lines) {
      if (!isOf(line.user(), old)) {
        after.add(old);
      } else if (!placed) {
        after.add(text + endOf(old));
        placed = true;
      }
    }
    return placed ? new RawLines(after) : appended(text);
  }

  private RawLines appended(String text) {
    List<String> after = new ArrayList<>(lines);
    String end = usualEnd();
    if (!lines.isEmpty() && endOf(lines.getLast()).isEmpty()) {
      after.set(after.size() - 1, lines.getLast() + end);
    }
    after.add(text + end);
    return new RawLines(after);
  }

  RawLines without(String user) {
    return new RawLines(lines.stream().filter(line -> !isOf(user, line)).toList());
  }

  /** The same way as {@link HtpasswdFile#parse} finds the user of a line. */
  private static boolean isOf(String user, String line) {
    // White space of Unicode counts there, and is several bytes here.
    String stripped = new String(line.getBytes(ISO_8859_1), UTF_8).strip();
    return stripped.startsWith(user + ":") && !stripped.startsWith("#");
  }

  private String usualEnd() {
    String first = lines.isEmpty() ? "" : endOf(lines.getFirst());
    return first.isEmpty() ? "\n" : first;
  }

  private static String endOf(String line) {
    return line.endsWith("\r\n") ? "\r\n" : line.endsWith("\n") ? "\n" : "";
  }

  private static String raw(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }
}
