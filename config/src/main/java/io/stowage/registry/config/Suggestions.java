package io.stowage.registry.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What somebody may have meant by a word we don't know. */
public final class Suggestions {
  private Suggestions() {}

  /** The nearest candidate, if it is near enough to be a slip of the finger. */
  public static Optional<String> nearest(String word, Collection<String> candidates) {
    int tolerance = Math.max(1, Math.min(4, word.length() / 3));
    return candidates.stream()
        .filter(candidate -> Math.abs(candidate.length() - word.length()) <= tolerance)
        .filter(candidate -> distance(word, candidate) <= tolerance)
        .min(Comparator.comparingInt(candidate -> distance(word, candidate)));
  }

  /**
   * The same as the end of a message; empty if nothing is near.
   *
   * @param spelling how a candidate would be written in the place of the word
   */
  static String hint(String word, Collection<String> candidates, UnaryOperator<String> spelling) {
    return nearest(word, candidates)
        .map(candidate -> "; did you mean " + spelling.apply(candidate) + "?")
        .orElse("");
  }

  /** Single-character edits between the two; a swap of neighbours counts as one. */
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      d[i][0] = i;
    }
    for (int j = 0; j <= b.length(); j++) {
      d[0][j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      for (int j = 1; j <= b.length(); j++) {
        int replace = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(replace, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        if (isSwap(a, b, i, j)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }

  private static boolean isSwap(String a, String b, int i, int j) {
    return i > 1
        && j > 1
        && a.charAt(i - 1) == b.charAt(j - 2)
        && a.charAt(i - 2) == b.charAt(j - 1);
  }
}
