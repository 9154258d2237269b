package io.stowage.registry.server.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many files, connections among them, this process may have open. */
final class OpenFiles {
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final Pattern LINE = Pattern.compile("(?m)^Max open files +(\\d+) ");

  private OpenFiles() {}

  /** The limit, as Linux tells it; {@link Long#MAX_VALUE} if there is none or it is not told. */
  static long most() {
    try {
      return in(Files.readString(LIMITS)).orElse(Long.MAX_VALUE);
    } catch (IOException notLinux) {
      return Long.MAX_VALUE;
    }
  }

  /** The soft limit, which is the one in force, in such a text. */
  static Optional<Long> in(String limits) {
    Matcher line = LINE.matcher(limits);
    return line.find() ? Optional.of(Long.parseLong(line.group(1))) : Optional.empty();
  }
}
