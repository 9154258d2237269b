package io.stowage.registry.benchmarks.peers;

import java.util.List;

/** What several measurements of one thing say: the median, and the least and the greatest. */
record Statistics(double median, double least, double greatest) {

  /** {@code values} has at least one. */
  static Statistics of(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    double median =
        sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    return new Statistics(median, sorted.getFirst(), sorted.getLast());
  }
}
