package io.stowage.registry.benchmarks.peers;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a run has found, as lines for a terminal and as Markdown. */
final class Report {
  private Report() {}

  /** One comparison in a line. */
  static String line(Comparison comparison) {
    String figures =
        comparison.figures().keySet().stream()
            .map(label -> label + " " + Figure.of(comparison.of(label).median()))
            .collect(Collectors.joining(", "));
    return "measured bench: %s (%s): %s%s"
        .formatted(comparison.work(), comparison.unit(), figures, bars(comparison));
  }

  private static String bars(Comparison comparison) {
    return comparison.bars().stream()
        .map(bar -> "; " + verdict(comparison, bar))
        .collect(Collectors.joining());
  }

  private static String verdict(Comparison comparison, Bar bar) {
    return judged(comparison, bar, ratio -> Figure.of(ratio.median()), "held", "MISSED");
  }

  private static String judged(
      Comparison comparison,
      Bar bar,
      Function<Statistics, String> shown,
      String held,
      String missed) {
    if (!comparison.canJudge(bar)) {
      return bar + ": nobody to compare with";
    }
    Statistics ratio = comparison.ratio(bar);
    String verdict = bar.holds(ratio.median()) ? held : missed;
    return "%s: %s%s".formatted(bar, shown.apply(ratio), verdict.isEmpty() ? "" : ", " + verdict);
  }

  /** The bars of which more is missing than noise explains. */
  static List<String> failures(List<Comparison> comparisons) {
    List<String> failures = new ArrayList<>();
    for (Comparison comparison : comparisons) {
      for (Bar bar : comparison.bars()) {
        if (comparison.canJudge(bar) && bar.isFarFrom(comparison.ratio(bar).median())) {
          failures.add(
              "%s: %s (reached before: %s)"
                  .formatted(
                      comparison.work(), verdict(comparison, bar), Figure.of(bar.reached())));
        }
      }
    }
    return failures;
  }

  /** The tables: medians with their spread, then the bars. */
  static String markdown(List<Comparison> comparisons) {
    StringBuilder text = new StringBuilder();
    text.append("| work | unit | median (least to greatest) | bar: ours |\n|---|---|---|---|\n");
    for (Comparison comparison : comparisons) {
      String figures =
          comparison.figures().keySet().stream()
              .map(label -> label + " " + spread(comparison.of(label)))
              .collect(Collectors.joining("<br>"));
      String bars =
          comparison.bars().stream()
              .map(bar -> judged(comparison, bar, Report::spread, "", "**missed**"))
              .collect(Collectors.joining("<br>"));
      text.append(
          "| %s | %s | %s | %s |%n".formatted(comparison.work(), comparison.unit(), figures, bars));
    }
    return text.toString();
  }

  private static String spread(Statistics statistics) {
    return String.format(
        Locale.ROOT,
        "%s (%s to %s)",
        Figure.of(statistics.median()),
        Figure.of(statistics.least()),
        Figure.of(statistics.greatest()));
  }
}
