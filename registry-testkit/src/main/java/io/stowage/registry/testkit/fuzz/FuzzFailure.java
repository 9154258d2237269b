package io.stowage.registry.testkit.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;

/** Tells of an input that broke a target, with everything to make it again, and keeps its bytes. */
final class FuzzFailure {
  /** Of a longer input the message repeats no more than this, in bytes; the file has all. */
  private static final int MOST_SHOWN = 2048;

  private FuzzFailure() {}

  static AssertionError of(
      String name, long seed, long index, byte[] input, Throwable cause, Path folder) {
    Path file = folder.resolve("%s-%d-%d.input".formatted(name, seed, index));
    try {
      Files.createDirectories(folder);
      Files.write(file, input);
    } catch (IOException e) {
      cause.addSuppressed(new UncheckedIOException(e));
    }
    return new AssertionError(
        """
        fuzz %s: input %d of seed %d (again with: make fuzz FUZZ_SEED=%d): %s
        its %d bytes, also in %s:
        "%s"
        %s"""
            .formatted(
                name,
                index,
                seed,
                seed,
                cause,
                input.length,
                file,
                literal(input),
                Base64.getEncoder().encodeToString(shown(input))),
        cause);
  }

  /** As it may stand in a Java string, a character for each byte. */
  static String literal(byte[] input) {
    StringBuilder text = new StringBuilder();
    for (byte b : shown(input)) {
      switch (b) {
        case '\r' -> text.append("\\r");
        case '\n' -> text.append("\\n");
        case '\t' -> text.append("\\t");
        case '"' -> text.append("\\\"");
        case '\\' -> text.append("\\\\");
        default -> {
          if (b >= ' ' && b < 0x7f) {
            text.append((char) b);
          } else {
            text.append("\\u%04x".formatted(b & 0xff));
          }
        }
      }
    }
    return text.toString();
  }

  private static byte[] shown(byte[] input) {
    return input.length <= MOST_SHOWN ? input : Arrays.copyOf(input, MOST_SHOWN);
  }
}
