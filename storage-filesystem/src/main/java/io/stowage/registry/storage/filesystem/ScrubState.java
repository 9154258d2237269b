package io.stowage.registry.storage.filesystem;

import io.stowage.registry.oci.Digest;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How far the scrub has come, as its file tells it (docs/storage-layout.md).
 *
 * @param begun when the round under way began; null between two rounds
 * @param after the last digest that the round has looked at; null if it has only begun
 * @param ended when the last complete round ended; null if there was none
 * @param took how long that was
 */
record ScrubState(
    @Nullable Instant begun, @Nullable Digest after, @Nullable Instant ended, Duration took) {
  /** Of a volume that was never scrubbed. */
  static final ScrubState NONE = new ScrubState(null, null, null, Duration.ZERO);

  private static final String HEAD = "stowage scrub 1";
  private static final String END = "end";

  ScrubState beginning(Instant now) {
    return new ScrubState(now, null, ended, took);
  }

  ScrubState at(Digest digest) {
    return new ScrubState(begun, digest, ended, took);
  }

  ScrubState ending(Instant now) {
    Duration duration = begun == null ? Duration.ZERO : Duration.between(begun, now);
    return new ScrubState(null, null, now, duration.isNegative() ? Duration.ZERO : duration);
  }

  /**
   * Whether a round is to begin or to go on. An end in the future is that of a wrong clock, and no
   * reason to wait for it.
   */
  boolean isDue(Instant now, Duration interval) {
    return begun != null
        || ended == null
        || ended.isAfter(now)
        || !ended.plus(interval).isAfter(now);
  }

  String text() {
    return String.join(
        "\n",
        HEAD,
        "begun " + shown(begun),
        "after " + shown(after),
        "ended " + shown(ended),
        "took " + took.toSeconds(),
        END,
        "");
  }

  private static String shown(@Nullable Object value) {
    return value == null ? "-" : value.toString();
  }

  /** Empty if the text is not whole, or of another kind. */
  static Optional<ScrubState> parse(String text) {
    List<String> lines = text.lines().toList();
    if (lines.size() < 2 || !lines.getFirst().equals(HEAD) || !lines.getLast().equals(END)) {
      return Optional.empty();
    }
    Map<String, String> values = new HashMap<>();
    for (String line : lines) {
      String[] words = line.split(" ", 2);
      if (words.length == 2 && !words[1].equals("-")) {
        values.put(words[0], words[1]);
      }
    }
    try {
      return Optional.of(
          new ScrubState(
              instant(values.get("begun")),
              digest(values.get("after")),
              instant(values.get("ended")),
              Duration.ofSeconds(Long.parseLong(values.getOrDefault("took", "0")))));
    } catch (DateTimeException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static @Nullable Instant instant(@Nullable String text) {
    return text == null ? null : Instant.parse(text);
  }

  /** A damaged digest costs reading some files again. */
  private static @Nullable Digest digest(@Nullable String text) {
    return text == null ? null : Digest.find(text).orElse(null);
  }
}
