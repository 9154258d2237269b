package io.stowage.registry.benchmarks.peers;

import java.util.Locale;

/** How a number is written in the report: three digits that mean something. */
final class Figure {
  private Figure() {}

  static String of(double value) {
    double size = Math.abs(value);
    if (size >= 1000) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return String.format(Locale.ROOT, size >= 100 ? "%.0f" : size >= 10 ? "%.1f" : "%.2f", value)
        .replaceFirst("(\\.\\d*?)0+$", "$1")
        .replaceFirst("\\.$", "");
  }
}
