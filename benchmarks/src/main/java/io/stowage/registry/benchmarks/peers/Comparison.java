package io.stowage.registry.benchmarks.peers;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * What several contestants made of one piece of work, measured one after the other in each round,
 * so that what else the machine does meets them alike.
 *
 * @param unit what a figure counts
 * @param figures by label of the contestant, ours first; one figure a round
 */
record Comparison(String work, String unit, Map<String, List<Double>> figures, List<Bar> bars) {

  Comparison {
    figures = new LinkedHashMap<>(figures);
    bars = List.copyOf(bars);
  }

  Statistics of(String label) {
    return Statistics.of(rounds(label));
  }

  private List<Double> rounds(String label) {
    return Objects.requireNonNull(figures.get(label), label);
  }

  /** Whose figures a bar needs and doesn't have. */
  List<String> missing(Bar bar) {
    return bar.others().stream().filter(other -> !figures.containsKey(other)).toList();
  }

  /** Whether a bar can be asked at all. */
  boolean canJudge(Bar bar) {
    return bar.others().isEmpty() || missing(bar).size() < bar.others().size();
  }

  /** Our figure for a bar: a ratio to the best of the others, taken within each round. */
  Statistics ratio(Bar bar) {
    List<Double> ours = figures.values().iterator().next();
    if (bar.others().isEmpty()) {
      return Statistics.of(ours);
    }
    List<List<Double>> others =
        bar.others().stream().filter(figures::containsKey).map(this::rounds).toList();
    return Statistics.of(
        IntStream.range(0, ours.size())
            .mapToObj(round -> ours.get(round) / best(others, round, bar.atLeast()))
            .toList());
  }

  private static double best(List<List<Double>> others, int round, boolean most) {
    var values = others.stream().mapToDouble(each -> each.get(round));
    return (most ? values.max() : values.min()).orElseThrow();
  }
}
