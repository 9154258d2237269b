package io.stowage.registry.benchmarks.peers;

import java.util.List;
import java.util.Locale;

/**
 * What must hold for the first contestant of a comparison.
 *
 * @param others labels of those it is held against; of several, the best counts
 * @param ratio of the first one's figure to theirs; without others, the figure itself
 * @param atLeast whether the ratio is the least that will do; otherwise it is the most
 * @param reached what a smoke run holds it against: the ratio, or less where that is not reached
 *     yet
 */
record Bar(List<String> others, double ratio, boolean atLeast, double reached) {
  /** What noise may take before a smoke run fails: a third. */
  private static final double TOLERANCE = 2.0 / 3;

  static Bar atLeast(double ratio, Object... others) {
    return new Bar(labels(others), ratio, true, ratio);
  }

  static Bar atMost(double ratio, Object... others) {
    return new Bar(labels(others), ratio, false, ratio);
  }

  /**
   * The same bar where it is still missed: reports go on to say so, and a smoke run makes sure that
   * what was reached isn't lost again.
   */
  Bar reachedSoFar(double figure) {
    return new Bar(others, ratio, atLeast, figure);
  }

  private static List<String> labels(Object... others) {
    return List.of(others).stream().map(Object::toString).toList();
  }

  boolean holds(double actual) {
    return atLeast ? actual >= ratio : actual <= ratio;
  }

  /** Whether more is missing of what was reached than noise explains. */
  boolean isFarFrom(double actual) {
    return atLeast ? actual < reached * TOLERANCE : actual > reached / TOLERANCE;
  }

  @Override
  public String toString() {
    String than = others.isEmpty() ? "" : " x " + String.join(" or ", others);
    return String.format(Locale.ROOT, "%s %s%s", atLeast ? "≥" : "≤", Figure.of(ratio), than);
  }
}
