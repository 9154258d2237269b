package io.stowage.registry.testkit.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * What a {@link Mutator} makes inputs from. Immutable; arrays in it are never changed.
 *
 * @param valid inputs that the target accepts, at least one: what is broken a little gets further
 *     than noise
 * @param words that mean something to the target, which chance would hardly spell
 */
public record Corpus(List<byte[]> valid, List<byte[]> words) {
  /** Words that some parser or other treats in its own way. */
  private static final List<byte[]> COMMON_WORDS =
      texts(
          "",
          " ",
          "\t",
          "\r\n",
          "\n",
          "\0",
          "\\",
          "/",
          "..",
          "/../",
          "%00",
          "%2f",
          "%2e%2e",
          "%25",
          "%",
          "%zz",
          "\"",
          "'",
          ":",
          ";",
          ",",
          "=",
          "&",
          "?",
          "#",
          "*",
          "[",
          "{",
          "}",
          "]",
          "<",
          "-",
          "+",
          "null",
          "true",
          "NaN",
          "\u00e9",
          "\u0661",
          "\u2028",
          "\ud83d\ude00",
          "\ufeff");

  public Corpus {
    if (valid.isEmpty()) {
      throw new IllegalArgumentException("valid inputs: 0 (expected: at least 1)");
    }
    valid = List.copyOf(valid);
    words = List.copyOf(words);
  }

  /** Of these texts in UTF-8, and the words that are common to all targets. */
  public static Corpus of(String... valid) {
    return of(texts(valid));
  }

  /** Of these inputs, and the words that are common to all targets. */
  public static Corpus of(Collection<byte[]> valid) {
    return new Corpus(List.copyOf(valid), COMMON_WORDS);
  }

  /** With these words, in UTF-8, besides those that are there. */
  public Corpus withWords(String... more) {
    List<byte[]> all = new ArrayList<>(words);
    all.addAll(texts(more));
    return new Corpus(valid, all);
  }

  private static List<byte[]> texts(String... texts) {
    return Arrays.stream(texts).map(text -> text.getBytes(UTF_8)).toList();
  }
}
